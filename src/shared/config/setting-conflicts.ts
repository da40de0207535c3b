import { isIP } from 'node:net';
import type { Settings } from './settings-schema.ts';

/** The modes of libpq, without `allow`, which asks for TLS only where the server insists. */
const TLS_MODES: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

export const AUTH_SECRET_MISSING =
  'AUTH_SECRET: required when the database is not the embedded one; make one with `openssl rand -base64 32`';

/** Settings that are fine one by one and senseless together. Returns one line per problem, each saying what to do. */
export function findSettingConflicts(s: Settings): string[] {
  return [...missingForDriver(s), ...gateConflicts(s), ...offloadConflicts(s), ...otherConflicts(s)];
}

function missingForDriver(s: Settings): string[] {
  const requiredByDriver = {
    local: [],
    s3: ['S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'S3_PRIVATE_BUCKET'],
    supabase: ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_PRIVATE_BUCKET'],
  } as const;
  return requiredByDriver[s.STORAGE_DRIVER]
    .filter((name) => s[name] === undefined)
    .map((name) => `${name}: required when STORAGE_DRIVER=${s.STORAGE_DRIVER}`);
}

function gateConflicts(s: Settings): string[] {
  const problems: string[] = [];
  const table = s.SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE;
  const legacy = s.SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE ?? true;
  const read = s.SUPPORT_CHAT_ATTACHMENT_READ_MODE;
  if (!table && !legacy) {
    problems.push(
      'SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE, SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: both are false, so a sent file would be recorded nowhere; set one to true',
    );
  }
  if (!table && read === 'table') {
    problems.push(
      'SUPPORT_CHAT_ATTACHMENT_READ_MODE: table, but TABLE_WRITE=false puts no rows there, so new files would not be seen; use legacy or table-then-legacy',
    );
  }
  if (!legacy && read === 'legacy') {
    problems.push(
      'SUPPORT_CHAT_ATTACHMENT_READ_MODE: legacy, but LEGACY_WRITE=false writes no JSON, so new files would not be seen; use table or table-then-legacy',
    );
  }
  return problems;
}

function offloadConflicts(s: Settings): string[] {
  if (s.SUPPORT_CHAT_ATTACHMENT_OFFLOAD === 'x-accel' && s.STORAGE_DRIVER !== 'local') {
    return ['SUPPORT_CHAT_ATTACHMENT_OFFLOAD: x-accel needs STORAGE_DRIVER=local; use signed-url or off'];
  }
  return [];
}

function otherConflicts(s: Settings): string[] {
  const problems: string[] = [];
  if (s.DATABASE_URL !== undefined && s.AUTH_SECRET === undefined) {
    problems.push(AUTH_SECRET_MISSING);
  }
  problems.push(
    ...tlsProblems('DATABASE_URL', s.DATABASE_URL),
    ...tlsProblems('DATABASE_DIRECT_URL', s.DATABASE_DIRECT_URL),
  );
  const schema = URL.parse(s.DATABASE_URL ?? '')?.searchParams.get('schema') ?? 'public';
  // Raw connections know nothing of this word of Prisma's: half of the product would look elsewhere.
  if (schema !== 'public') {
    problems.push(
      `DATABASE_URL: schema=${schema}, but the tables live in the schema public; leave it out and use a database of its own`,
    );
  }
  for (const entry of s.TRUSTED_PROXIES.split(',').map((item) => item.trim())) {
    if (entry !== '' && !isCidr(entry)) {
      problems.push(`TRUSTED_PROXIES: "${entry}" is not an address or CIDR such as 10.0.0.0/8`);
    }
  }
  return problems;
}

function tlsProblems(name: string, databaseUrl: string | undefined): string[] {
  const parameters = URL.parse(databaseUrl ?? '')?.searchParams;
  const mode = parameters?.get('sslmode');
  if (!parameters || mode === null || mode === undefined) return [];
  if (!TLS_MODES.includes(mode)) return [`${name}: sslmode=${mode} is not one of ${TLS_MODES.join(', ')}`];
  const hasOwnAuthority = (parameters.get('sslrootcert') ?? 'system') !== 'system';
  if (mode !== 'verify-ca' || hasOwnAuthority) return [];
  return [
    `${name}: sslmode=verify-ca needs sslrootcert=FILE, the authority that signed the server's certificate; use verify-full for a public one`,
  ];
}

function isCidr(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
