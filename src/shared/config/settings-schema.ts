import { z } from 'zod';
import { parseTypeList } from '#shared/file-type/type-policy.ts';

/** `true`/`false` and the spellings operators use for them; anything else is refused rather than guessed. */
const yesOrNo = z
  .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'])
  .transform((value) => ['true', '1', 'yes', 'on'].includes(value));

const flag = (fallback: boolean) => yesOrNo.default(fallback);

const wholeNumber = (fallback: number, min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .default(String(fallback))
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const text = z.string().trim().min(1);

/** Endings and media types of files. */
const typeList = z
  .string()
  .transform(parseTypeList)
  .refine(
    (entries) => entries.every((entry) => /^(\w[\w.+-]*\/(\*|[\w.+-]+)|[\w~-]{1,16})$/.test(entry)),
    'must be a list of endings (exe) and types (application/zip, video/*), separated by commas',
  );

/** PostgreSQL's `integer`, the type of `"ChatAttachment"."sizeBytes"`. */
const MAX_INT4 = 2_147_483_647;

/**
 * Every setting the product reads (.env.example), as it stands in the environment: strings in, checked values out.
 * `.env.example` holds the same keys; a test compares them.
 */
export const settingsSchema = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: wholeNumber(3000, 0, 65_535),
  APP_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_MAX_CONNECTIONS: wholeNumber(20, 4, 10_000),
  DATA_DIR: text.default('.data'),
  AUTH_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  AUTH_SECRET_PREVIOUS: z.string().min(32, 'must have at least 32 characters').optional(),
  DEMO: yesOrNo.optional(),
  ALLOW_SIGN_UP: flag(true),
  TRUSTED_PROXIES: z.string().default(''),
  METRICS_TOKEN: text.optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(30, 0, 3600),

  STORAGE_DRIVER: z.enum(['local', 's3', 'supabase']).default('local'),
  STORAGE_LOCAL_DIR: text.optional(),
  STORAGE_TIMEOUT_SECONDS: wholeNumber(5, 1, 300),
  STORAGE_CACHE_BYTES: wholeNumber(67_108_864, 0),
  STORAGE_CACHE_MAX_OBJECT_BYTES: wholeNumber(262_144, 0),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: text.optional(),
  S3_ACCESS_KEY_ID: text.optional(),
  S3_SECRET_ACCESS_KEY: text.optional(),
  S3_FORCE_PATH_STYLE: flag(false),
  S3_PRIVATE_BUCKET: text.optional(),
  S3_CHECKSUMS: z.enum(['WHEN_REQUIRED', 'WHEN_SUPPORTED']).default('WHEN_REQUIRED'),
  S3_MAX_CONNECTIONS: wholeNumber(256, 1, 10_000),
  SUPABASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  SUPABASE_SERVICE_ROLE_KEY: text.optional(),
  SUPABASE_PRIVATE_BUCKET: text.optional(),

  ENABLE_SUPPORT_CHAT: flag(true),
  SUPPORT_CHAT_ATTACHMENT_MAX_BYTES: wholeNumber(104_857_600, 1, MAX_INT4),
  SUPPORT_CHAT_ATTACHMENT_BLOCKED_TYPES: typeList.optional(),
  SUPPORT_CHAT_ATTACHMENT_ALLOWED_TYPES: typeList.optional(),
  SUPPORT_CHAT_ATTACHMENTS_PER_MESSAGE: wholeNumber(10, 1, 100),
  SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: wholeNumber(600, 1),
  SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_WINDOW_SECONDS: wholeNumber(60, 1, 86_400),
  SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS: wholeNumber(12, 1, 10_000),
  SUPPORT_CHAT_ATTACHMENT_MAX_STAGED: wholeNumber(50, 1),
  SUPPORT_CHAT_ATTACHMENT_MAX_STAGED_BYTES: wholeNumber(1_073_741_824, 1),
  SUPPORT_CHAT_ATTACHMENT_READ_MODE: z.enum(['table', 'table-then-legacy', 'legacy']).default('table'),
  SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE: flag(true),
  /** True unless set; after the column was dropped, false unless set. */
  SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: yesOrNo.optional(),
  SUPPORT_CHAT_ATTACHMENT_OFFLOAD: z.enum(['off', 'signed-url', 'x-accel']).default('off'),
  SUPPORT_CHAT_ATTACHMENT_OFFLOAD_EXPIRES_SECONDS: wholeNumber(60, 1, 3600),
  SUPPORT_CHAT_ATTACHMENT_STALE_AFTER_MINUTES: wholeNumber(1440, 1),
  SUPPORT_CHAT_ATTACHMENT_CLEANUP_LOCK_NAMESPACE: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,64}$/, 'may hold letters, digits, dot, dash and underscore')
    .default('support-chat'),
  SUPPORT_CHAT_ATTACHMENT_CLEANUP_LOCK_TTL_SECONDS: wholeNumber(300, 1, 86_400),
  SUPPORT_CHAT_ATTACHMENT_KEEP_METADATA: flag(false),
  SUPPORT_CHAT_MAX_EVENT_STREAMS: wholeNumber(5000, 1, 1_000_000),
  SUPPORT_CHAT_RENDITION_CONCURRENCY: wholeNumber(1, 0, 16),
  SUPPORT_CHAT_UPLOAD_IDLE_TIMEOUT_SECONDS: wholeNumber(30, 1, 3600),
});

export type Settings = z.output<typeof settingsSchema>;
