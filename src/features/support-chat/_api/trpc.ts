import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatErrorCode } from '#shared/errors/chat-error.ts';
import { toChatError } from '#shared/http/error-response.ts';

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

export const { router, mergeRouters } = t;

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
    if (!result.ok) throw toTrpcError(result.error.cause) ?? result.error;
    return result;
  });

/** An error as tRPC tells it; null when it is a fault of ours. */
export function toTrpcError(error: unknown): TRPCError | null {
  const known = toChatError(error);
  return known && new TRPCError({ code: trpcCode(known.code), message: known.message, cause: known.cause ?? known });
}

function trpcCode(code: ChatErrorCode): TRPCError['code'] {
  // The API knows no 415 (docs/api.md): to a program that sends a file inside JSON, a wrong type is wrong input.
  if (code === 'UNSUPPORTED_MEDIA_TYPE') return 'BAD_REQUEST';
  return code === 'REQUEST_TIMEOUT' ? 'TIMEOUT' : code;
}

function messageFor(error: TRPCError): string {
  if (error.code === 'INTERNAL_SERVER_ERROR') return 'Something went wrong on our side.';
  if (error.cause instanceof ZodError) {
    return error.cause.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
  }
  return error.message;
}
