import type { PresenceService, PresenceState } from '../_services/presence/presence-service.ts';
import { conversationInput } from './input.ts';
import { procedure, router } from './trpc.ts';
import type { PresenceDto } from './types.ts';

export function presenceRouter({ presence }: { presence: PresenceService }) {
  return router({
    presence: procedure
      .input(conversationInput)
      .query(async ({ ctx, input }) => presentPresence(await presence.find(ctx.actor, input))),
    typing: procedure.input(conversationInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await presence.announceTyping(ctx.actor, input);
      return { ok: true };
    }),
  });
}

export function presentPresence({ side, userId, online, lastSeenAt }: PresenceState): PresenceDto {
  return { side, userId, online, lastSeenAt: lastSeenAt?.toISOString() ?? null };
}
