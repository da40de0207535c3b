import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { Actor } from '#entities/account/actor.ts';
import { ChatError } from '#shared/errors/chat-error.ts';

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
    if (!result.ok && result.error.cause instanceof ChatError) throw toTrpcError(result.error.cause);
    return result;
  });

/** The one place where a ChatError becomes tRPC's. */
function toTrpcError(error: ChatError): TRPCError {
  // CONTRACT.md 4 knows no 415: to a program that sends a file inside JSON, a wrong type is wrong input.
  const code = error.code === 'UNSUPPORTED_MEDIA_TYPE' ? 'BAD_REQUEST' : error.code;
  return new TRPCError({ code, message: error.message, cause: error });
}

function messageFor(error: TRPCError): string {
  if (error.code === 'INTERNAL_SERVER_ERROR') return 'Something went wrong on our side.';
  if (error.cause instanceof ZodError) {
    return error.cause.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
  }
  return error.message;
}
