import { readFileSync } from 'node:fs';

/** Settings that may stand in a file of their own, as Docker and Kubernetes hand out secrets: `AUTH_SECRET_FILE=/run/…`. */
const SECRETS: readonly string[] = [
  'AUTH_SECRET',
  'AUTH_SECRET_PREVIOUS',
  'DATABASE_DIRECT_URL',
  'DATABASE_URL',
  'MAIL_URL',
  'METRICS_TOKEN',
  'OIDC_CLIENT_SECRET',
  'REDIS_URL',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'WEB_PUSH_PRIVATE_KEY',
];

export interface GivenSettings {
  /** Values by the name of their setting; what is empty counts as unset. */
  given: Record<string, string>;
  /** What is wrong with the files, by the name of the setting: one line each, beginning with `NAME_FILE`. */
  fileProblems: Map<string, string>;
}

/**
 * The environment with every `X_FILE` of a secret replaced by what the file holds, without the line end that editors
 * leave. An empty string counts as unset, as in a commented-out line of a `.env` file.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): GivenSettings {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') given[name] = value;
  const fileProblems = new Map<string, string>();
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      fileProblems.set(name, `${name}_FILE: ${name} is set as well; keep one of the two`);
      continue;
    }
    const content = readSecret(file);
    if (content.value !== undefined) given[name] = content.value;
    else fileProblems.set(name, `${name}_FILE: ${file} ${content.problem}`);
  }
  return { given, fileProblems };
}

function readSecret(file: string): { value: string } | { value?: undefined; problem: string } {
  try {
    const value = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return value === '' ? { problem: 'is empty' } : { value };
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})` };
  }
}
