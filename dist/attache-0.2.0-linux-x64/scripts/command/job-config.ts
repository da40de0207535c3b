import { env } from 'node:process';
import { type Config, loadConfig } from '#shared/config/private.ts';

/** Stands in for AUTH_SECRET: a job signs no sessions, so a crontab need not hold the secret that does. */
const NO_SECRET = 'a job signs no sessions; this is never used';

/** Every setting but the secret of the sessions. @throws BadSettingsError */
export function loadJobConfig(): Config {
  return loadConfig({ ...env, AUTH_SECRET: env.AUTH_SECRET || NO_SECRET });
}
