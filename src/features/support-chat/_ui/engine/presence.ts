import { useQuery } from '@tanstack/react-query';
import type { PresenceDto } from '../../_api/types.ts';
import type { ChatClient } from './chat-client.ts';
import { useTrpc } from './trpc.ts';

/** Whether the other side of a conversation has a page open; undefined until known. Events keep it true. */
export function usePresence(dialogId: string): PresenceDto | undefined {
  return useQuery(useTrpc().supportChat.presence.queryOptions({ dialogId })).data;
}

/** Somebody came or went: true for each of their conversations that is known here. */
export function showPresence({ queryClient, trpc }: ChatClient, presence: PresenceDto): void {
  queryClient.setQueriesData(trpc.supportChat.presence.queryFilter(), (known: PresenceDto | undefined) =>
    known?.side === presence.side && known.userId === presence.userId ? presence : known,
  );
}

export function refreshPresence({ queryClient, trpc }: ChatClient): void {
  void queryClient.invalidateQueries(trpc.supportChat.presence.queryFilter());
}
