import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { ChatClient } from './chat-client.ts';
import {
  applyReadMark,
  joinNewest,
  type MessagePages,
  putMessage,
  putMissing,
  type ReadMark,
  replaceMessage,
} from './message-cache.ts';

/** Messages in one page: two phone screens, one request. */
export const messagesPerPage = 50;

/** Options of the conversation's query. Nothing goes stale by time: events keep it true, a gap fetches what is missing. */
export function createMessagesOptions(trpc: ChatClient['trpc'], dialogId: string) {
  return trpc.supportChat.userGetMessages.infiniteQueryOptions(
    { dialogId, limit: messagesPerPage },
    {
      getNextPageParam: (page) => page.nextCursor,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      refetchOnReconnect: false,
    },
  );
}

export function messagesKey(client: ChatClient, dialogId: string) {
  return client.trpc.supportChat.userGetMessages.infiniteQueryKey({ dialogId, limit: messagesPerPage });
}

export function changeMessages(
  client: ChatClient,
  dialogId: string,
  change: (data: MessagePages) => MessagePages,
): void {
  client.queryClient.setQueryData(messagesKey(client, dialogId), (data) => {
    if (!data) return data;
    const next = change(data);
    return next === data ? data : { pageParams: data.pageParams, pages: next.pages };
  });
}

/** What arrived while a page was on its way: the page may have been made before it. */
export function showArrived(client: ChatClient, dialogId: string): void {
  changeMessages(client, dialogId, (data) => putMissing(data, client.arrived.of(dialogId)));
}

export function showMessage(client: ChatClient, message: MessageDto): void {
  client.arrived.put(message);
  changeMessages(client, message.dialogId, (data) => putMessage(data, message));
}

export function swapMessage(client: ChatClient, message: MessageDto): void {
  client.arrived.swap(message);
  changeMessages(client, message.dialogId, (data) => replaceMessage(data, message));
}

export function showReadMark(client: ChatClient, dialogId: string, mark: ReadMark): void {
  changeMessages(client, dialogId, (data) => applyReadMark(data, mark));
}

export function refreshConversationLists(client: ChatClient): void {
  void client.queryClient.invalidateQueries(client.trpc.supportChat.userListDialogs.pathFilter());
  void client.queryClient.invalidateQueries(client.trpc.supportChat.staffListDialogs.pathFilter());
}

/**
 * After a break in the event stream. Only the newest page is fetched and joined: refetching an infinite query asks for
 * every loaded page again, which for a reader deep in an old conversation is hundreds of requests. Conversations not on
 * the screen are dropped and load afresh.
 */
export async function catchUp(client: ChatClient): Promise<void> {
  refreshConversationLists(client);
  const filter = client.trpc.supportChat.userGetMessages.pathFilter();
  client.queryClient.removeQueries({ ...filter, type: 'inactive' });
  const open = client.queryClient.getQueryCache().findAll({ ...filter, type: 'active' });
  await Promise.all(
    open.map((query) => readDialogId(query.queryKey)).map((id) => id && catchUpConversation(client, id)),
  );
}

async function catchUpConversation(client: ChatClient, dialogId: string): Promise<void> {
  const input = { dialogId, limit: messagesPerPage };
  const fresh = await client.trpcClient.supportChat.userGetMessages.query(input).catch(() => null);
  if (!fresh) return;
  let touches = true;
  changeMessages(client, dialogId, (data) => {
    const joined = joinNewest(data, fresh);
    touches = joined !== null;
    return joined ?? data;
  });
  if (!touches) await client.queryClient.resetQueries({ queryKey: messagesKey(client, dialogId) });
}

function readDialogId(queryKey: readonly unknown[]): string | null {
  for (const part of queryKey) {
    if (typeof part !== 'object' || part === null || !('input' in part)) continue;
    const { input } = part;
    if (typeof input === 'object' && input !== null && 'dialogId' in input && typeof input.dialogId === 'string') {
      return input.dialogId;
    }
  }
  return null;
}
