import { createHash } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import type { PrismaClient } from '#generated/prisma/client.ts';
import { CLIENT_ADDRESS_HEADER } from '#server/http/route.ts';
import type { Config } from '#shared/config/private.ts';
import type { Log } from '#shared/log/log.ts';
import { cleanPersonFields } from './person-fields.ts';

const MAX_LOGGED_CHARACTERS = 200;

export type Auth = ReturnType<typeof createAuth>;

/**
 * better-auth with e-mail and password on our own tables.
 * The session cookie is never cached in a second cookie: sign-out and a withdrawn role must work at once, so every
 * request joins the session row instead.
 */
export function createAuth(config: Config, prisma: PrismaClient, log: Log) {
  return betterAuth({
    baseURL: config.appUrl,
    basePath: '/api/auth',
    ...secretsOf(config),
    trustedOrigins: [config.appUrl],
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message, ...details) => report(log, message, details) },
    // Its refusals stay answers; what fails inside comes to the listener, which says 503 where the database is away.
    onAPIError: { throw: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: !config.allowSignUp,
      minPasswordLength: 8,
      maxPasswordLength: 128,
    },
    hooks: { before: cleanPersonFields },
    user: {
      additionalFields: {
        // `input: false`: nobody chooses their own role at sign-up (docs/threat-model.md 14).
        role: { type: 'string', required: false, defaultValue: 'USER', input: false },
      },
    },
    session: { expiresIn: 60 * 60 * 24 * 14, updateAge: 60 * 60 * 24, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      // An office shares one address, so the cap is per address and minute, wide enough for a morning's sign-ins.
      customRules: {
        '/sign-in/email': { window: 60, max: 60 },
        '/sign-up/email': { window: 60, max: 30 },
        '/get-session': false,
      },
    },
    advanced: {
      // Said outright, because better-auth leaves both out under NODE_ENV=test. Where a request comes from is the
      // listener's question (`isForeignOrigin`), asked for every address alike; addresses to lead on to stay better-auth's.
      disableCSRFCheck: true,
      disableOriginCheck: false,
      useSecureCookies: config.appUrl.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: 'uuid' },
    },
  });
}

/**
 * What is encrypted names its key by a number, so that it can still be read once another secret is the present one. The
 * number comes from the secret itself: nobody has to count rotations. `secret` is for what has no number.
 */
function secretsOf({ authSecret, previousAuthSecret }: Config) {
  const values = previousAuthSecret === null ? [authSecret] : [authSecret, previousAuthSecret];
  const numberOf = (value: string) => createHash('sha256').update(`key number of ${value}`).digest().readUInt32BE();
  return {
    secret: previousAuthSecret ?? authSecret,
    secrets: values.map((value) => ({ version: numberOf(value), value })),
  };
}

/**
 * better-auth would print its errors as they are: an address that a stranger sent, line ends and all, and whatever hangs
 * on an error of the database.
 */
function report(log: Log, message: unknown, details: readonly unknown[]): void {
  const err = [message, ...details].find((value) => value instanceof Error);
  const problem = String(message instanceof Error ? message.name : message).slice(0, MAX_LOGGED_CHARACTERS);
  log.error({ err, problem }, 'signing in');
}
