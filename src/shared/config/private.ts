import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { z } from 'zod';
import { type TypePolicy, toTypePolicy } from '#shared/file-type/type-policy.ts';
import { readEnvironment } from './read-environment.ts';
import { findSettingConflicts } from './setting-conflicts.ts';
import { type Settings, settingsSchema } from './settings-schema.ts';

/** What the program runs on: the checked settings, grouped, with every default filled in. */
export interface Config {
  host: string;
  port: number;
  /** Public origin, without a trailing slash. */
  appUrl: string;
  /** False when `APP_URL` was derived from HOST and PORT. */
  appUrlIsSet: boolean;
  /** Null: the embedded PostgreSQL of `dataDir`. */
  databaseUrl: string | null;
  /** Past a transaction pooler; null: `databaseUrl` serves for everything. */
  databaseDirectUrl: string | null;
  /** All connections of one process, the listening one included. */
  databaseMaxConnections: number;
  /** True when no DATABASE_URL is set: then this process is the only one. */
  embeddedDatabase: boolean;
  dataDir: string;
  authSecret: string;
  /** The secret that signed sessions before, accepted until it is taken out of the settings. */
  previousAuthSecret: string | null;
  demo: boolean;
  allowSignUp: boolean;
  trustedProxies: string[];
  metricsToken: string | null;
  redisUrl: string | null;
  logLevel: Settings['LOG_LEVEL'];
  shutdownGraceSeconds: number;
  storage: StorageConfig;
  supportChat: SupportChatConfig;
}

export interface StorageConfig {
  driver: Settings['STORAGE_DRIVER'];
  timeoutMs: number;
  cacheBytes: number;
  cacheMaxObjectBytes: number;
  local: { dir: string };
  s3: {
    endpoint: string;
    region: string;
    accessKeyId: string;
    secretAccessKey: string;
    forcePathStyle: boolean;
    bucket: string;
    checksums: Settings['S3_CHECKSUMS'];
    maxConnections: number;
  } | null;
  supabase: { url: string; serviceRoleKey: string; bucket: string } | null;
}

export interface SupportChatConfig {
  enabled: boolean;
  maxBytes: number;
  attachmentsPerMessage: number;
  /** What may be uploaded, by ending or type. */
  fileTypes: TypePolicy;
  rateLimitMax: number;
  rateLimitWindowSeconds: number;
  maxConcurrentDownloads: number;
  maxStaged: number;
  maxStagedBytes: number;
  readMode: Settings['SUPPORT_CHAT_ATTACHMENT_READ_MODE'];
  tableWrite: boolean;
  legacyWrite: boolean;
  /** False: `legacyWrite` is the default, which a database without the JSON column turns off. */
  legacyWriteIsSet: boolean;
  offload: Settings['SUPPORT_CHAT_ATTACHMENT_OFFLOAD'];
  offloadExpiresSeconds: number;
  staleAfterMinutes: number;
  cleanupLockNamespace: string;
  cleanupLockTtlSeconds: number;
  keepMetadata: boolean;
  uploadIdleTimeoutSeconds: number;
  /** Open pages that one process tells of events. */
  maxEventStreams: number;
  /** Previews made at once by this process; 0: none are made. */
  renditionConcurrency: number;
}

/** Carries every bad setting, one line each, so that an operator fixes them in one go. */
export class BadSettingsError extends Error {
  override readonly name = 'BadSettingsError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`Bad settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** What one way of running needs beyond the schema: one line per problem, beginning with the setting's name. */
export type SettingRules = (settings: Settings) => string[];

/**
 * Reads and checks the environment, and the files in which secrets may stand (`AUTH_SECRET_FILE` and so on).
 * @throws BadSettingsError listing every bad setting.
 */
export function loadConfig(
  env: Record<string, string | undefined> = process.env,
  extraRules: SettingRules = () => [],
): Config {
  const { given, fileProblems } = readEnvironment(env);
  const parsed = settingsSchema.safeParse(given);
  const rules: SettingRules = (settings) => [...findSettingConflicts(settings), ...extraRules(settings)];
  const isSound = parsed.success && fileProblems.size === 0;
  const problems = isSound ? rules(parsed.data) : problemsOf(given, parsed.error?.issues ?? [], fileProblems, rules);
  if (!isSound || problems.length > 0) throw new BadSettingsError(problems);
  return toConfig(parsed.data);
}

/** The conflicts are looked for with the defaults of what is bad, so that one look tells everything. */
function problemsOf(
  given: Record<string, unknown>,
  issues: readonly z.core.$ZodIssue[],
  fileProblems: ReadonlyMap<string, string>,
  rules: SettingRules,
): string[] {
  const bad = new Set([...issues.map((issue) => issue.path.join('.')), ...fileProblems.keys()]);
  const rest = settingsSchema.safeParse(Object.fromEntries(Object.entries(given).filter(([name]) => !bad.has(name))));
  const named = Object.fromEntries(PRESENCE_MATTERS.filter((name) => bad.has(name)).map((name) => [name, 'given']));
  const conflicts = rest.success ? rules({ ...rest.data, ...named }) : [];
  return [
    ...fileProblems.values(),
    ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...conflicts.filter((conflict) => !bad.has(conflict.split(':', 1)[0] ?? '')),
  ];
}

/** A bad value of these is a wish for an external database all the same. */
const PRESENCE_MATTERS = ['DATABASE_URL', 'AUTH_SECRET'] as const;

function toConfig(s: Settings): Config {
  const dataDir = resolve(s.DATA_DIR);
  return {
    host: s.HOST,
    port: s.PORT,
    appUrl: s.APP_URL ? new URL(s.APP_URL).origin : originOf(s.HOST, s.PORT),
    appUrlIsSet: s.APP_URL !== undefined,
    databaseUrl: s.DATABASE_URL ?? null,
    databaseDirectUrl: s.DATABASE_DIRECT_URL ?? null,
    databaseMaxConnections: s.DATABASE_MAX_CONNECTIONS,
    embeddedDatabase: s.DATABASE_URL === undefined,
    dataDir,
    authSecret: s.AUTH_SECRET ?? generatedSecret(dataDir),
    previousAuthSecret: s.AUTH_SECRET_PREVIOUS ?? null,
    demo: s.DEMO ?? s.DATABASE_URL === undefined,
    allowSignUp: s.ALLOW_SIGN_UP,
    trustedProxies: splitList(s.TRUSTED_PROXIES),
    metricsToken: s.METRICS_TOKEN ?? null,
    redisUrl: s.REDIS_URL ?? null,
    logLevel: s.LOG_LEVEL,
    shutdownGraceSeconds: s.SHUTDOWN_GRACE_SECONDS,
    storage: toStorageConfig(s, dataDir),
    supportChat: toSupportChatConfig(s),
  };
}

/** The origin a browser sees; a wildcard address is reached through loopback. */
export function originOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return new URL(`http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`).origin;
}

function toStorageConfig(s: Settings, dataDir: string): StorageConfig {
  return {
    driver: s.STORAGE_DRIVER,
    timeoutMs: s.STORAGE_TIMEOUT_SECONDS * 1000,
    cacheBytes: s.STORAGE_CACHE_BYTES,
    cacheMaxObjectBytes: s.STORAGE_CACHE_MAX_OBJECT_BYTES,
    local: { dir: resolve(s.STORAGE_LOCAL_DIR ?? join(dataDir, 'storage')) },
    s3:
      s.S3_ENDPOINT && s.S3_REGION && s.S3_ACCESS_KEY_ID && s.S3_SECRET_ACCESS_KEY && s.S3_PRIVATE_BUCKET
        ? {
            endpoint: s.S3_ENDPOINT,
            region: s.S3_REGION,
            accessKeyId: s.S3_ACCESS_KEY_ID,
            secretAccessKey: s.S3_SECRET_ACCESS_KEY,
            forcePathStyle: s.S3_FORCE_PATH_STYLE,
            bucket: s.S3_PRIVATE_BUCKET,
            checksums: s.S3_CHECKSUMS,
            maxConnections: s.S3_MAX_CONNECTIONS,
          }
        : null,
    supabase:
      s.SUPABASE_URL && s.SUPABASE_SERVICE_ROLE_KEY && s.SUPABASE_PRIVATE_BUCKET
        ? { url: s.SUPABASE_URL, serviceRoleKey: s.SUPABASE_SERVICE_ROLE_KEY, bucket: s.SUPABASE_PRIVATE_BUCKET }
        : null,
  };
}

function toSupportChatConfig(s: Settings): SupportChatConfig {
  return {
    enabled: s.ENABLE_SUPPORT_CHAT,
    maxBytes: s.SUPPORT_CHAT_ATTACHMENT_MAX_BYTES,
    attachmentsPerMessage: s.SUPPORT_CHAT_ATTACHMENTS_PER_MESSAGE,
    fileTypes: toTypePolicy(s.SUPPORT_CHAT_ATTACHMENT_BLOCKED_TYPES, s.SUPPORT_CHAT_ATTACHMENT_ALLOWED_TYPES),
    rateLimitMax: s.SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX,
    rateLimitWindowSeconds: s.SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_WINDOW_SECONDS,
    maxConcurrentDownloads: s.SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS,
    maxStaged: s.SUPPORT_CHAT_ATTACHMENT_MAX_STAGED,
    maxStagedBytes: s.SUPPORT_CHAT_ATTACHMENT_MAX_STAGED_BYTES,
    readMode: s.SUPPORT_CHAT_ATTACHMENT_READ_MODE,
    tableWrite: s.SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE,
    legacyWrite: s.SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE ?? true,
    legacyWriteIsSet: s.SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE !== undefined,
    offload: s.SUPPORT_CHAT_ATTACHMENT_OFFLOAD,
    offloadExpiresSeconds: s.SUPPORT_CHAT_ATTACHMENT_OFFLOAD_EXPIRES_SECONDS,
    staleAfterMinutes: s.SUPPORT_CHAT_ATTACHMENT_STALE_AFTER_MINUTES,
    cleanupLockNamespace: s.SUPPORT_CHAT_ATTACHMENT_CLEANUP_LOCK_NAMESPACE,
    cleanupLockTtlSeconds: s.SUPPORT_CHAT_ATTACHMENT_CLEANUP_LOCK_TTL_SECONDS,
    keepMetadata: s.SUPPORT_CHAT_ATTACHMENT_KEEP_METADATA,
    uploadIdleTimeoutSeconds: s.SUPPORT_CHAT_UPLOAD_IDLE_TIMEOUT_SECONDS,
    maxEventStreams: s.SUPPORT_CHAT_MAX_EVENT_STREAMS,
    renditionConcurrency: s.SUPPORT_CHAT_RENDITION_CONCURRENCY,
  };
}

/** Sessions must survive a restart, so the secret of an embedded installation is made once and kept beside its data. */
function generatedSecret(dataDir: string): string {
  const file = join(dataDir, 'auth-secret');
  try {
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
    mkdirSync(dataDir, { recursive: true });
    const secret = randomBytes(32).toString('base64url');
    // `wx`: of two programs starting at once one writes, the other reads what was written.
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(file, 'utf8').trim();
    throw new BadSettingsError([
      `DATA_DIR: ${dataDir} is not writable (${(error as Error).message}). Choose another folder.`,
    ]);
  }
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
