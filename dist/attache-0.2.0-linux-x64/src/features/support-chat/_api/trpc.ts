import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { isDatabaseAway } from '#shared/db/is-database-away.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';

export interface ChatContext {
  /** Null without a valid session. */
  actor: Actor | null;
  /** Fires when the caller went away. */
  signal?: AbortSignal;
}

const t = initTRPC.context<ChatContext>().create({
  // Stacks belong in the log, also on a developer's machine: an answer never carries one.
  isDev: false,
  errorFormatter: ({ shape, error }) => ({ ...shape, message: messageFor(error) }),
});

export const router = t.router;

/**
 * Every procedure of this product needs a session. The check stands before the input's, so that a stranger
 * learns nothing of what an input may be.
 */
export const procedure = t.procedure
  .use(({ ctx, next }) => {
    if (ctx.actor === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
    return next({ ctx: { actor: ctx.actor } });
  })
  .use(async ({ next }) => {
    const result = await next();
    if (!result.ok) throw toTrpcError(result.error);
    return result;
  });

/** An error of the database that does not answer becomes 503, which tells a client to come back; others stay. */
export function databaseAway(cause: unknown): unknown {
  if (!isDatabaseAway(cause)) return cause;
  return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: 'The service does not answer right now.', cause });
}

/** The one place where an error of ours becomes tRPC's. */
function toTrpcError(error: TRPCError): unknown {
  const { cause } = error;
  if (error.code === 'INTERNAL_SERVER_ERROR' && isDatabaseAway(cause)) return databaseAway(cause);
  if (cause instanceof StorageUnavailableError) {
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: 'The file storage does not answer.', cause });
  }
  if (!(cause instanceof ChatError)) return error;
  // CONTRACT.md 4 knows no 415: to a program that sends a file inside JSON, a wrong type is wrong input.
  const code = cause.code === 'UNSUPPORTED_MEDIA_TYPE' ? 'BAD_REQUEST' : cause.code;
  return new TRPCError({ code, message: cause.message, cause });
}

function messageFor(error: TRPCError): string {
  if (error.code === 'INTERNAL_SERVER_ERROR') return 'Something went wrong on our side.';
  if (error.cause instanceof ZodError) {
    return error.cause.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
  }
  return error.message;
}
