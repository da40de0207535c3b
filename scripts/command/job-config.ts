import { env } from 'node:process';
import { type Config, loadConfig } from '#shared/config/private.ts';

/** In place of AUTH_SECRET: a job signs no sessions, so a crontab need not contain that secret. */
const NO_SECRET = 'a job signs no sessions; this is never used';

/** Every setting but the secret of the sessions. @throws BadSettingsError */
export function loadJobConfig(): Config {
  return loadConfig({ ...env, AUTH_SECRET: NO_SECRET, AUTH_SECRET_FILE: '' });
}
