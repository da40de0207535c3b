import type { MessagePageDto } from '../../_api/types.ts';
import type { ChatClient } from './chat-client.ts';
import { changeMessages, messagesKey, messagesPerPage, showArrived } from './conversation-messages.ts';
import { addNewer, addOlder, isAtNewest } from './message-cache.ts';

/** Where in a conversation: at a message, at the first one of a moment (ISO 8601) or later, where the unread begins. */
export type ConversationPlace = { messageId: string } | { at: string } | { unread: true };

/*
 * Pages are asked for here and not by `fetchNextPage`: that one puts down, when its answer comes, the pages it found
 * when it was called, and a message that an event brought in between would be gone.
 */

async function fetchPage(client: ChatClient, dialogId: string, cursor?: string) {
  const input = { dialogId, limit: messagesPerPage, ...(cursor !== undefined && { cursor }) };
  return client.trpcClient.supportChat.userGetMessages.query(input);
}

function readPages(client: ChatClient, dialogId: string) {
  return client.queryClient.getQueryData(messagesKey(client, dialogId))?.pages;
}

function replacePages(client: ChatClient, dialogId: string, page: MessagePageDto): void {
  client.queryClient.setQueryData(messagesKey(client, dialogId), { pages: [page], pageParams: [null] });
  showArrived(client, dialogId);
}

export async function loadOlder(client: ChatClient, dialogId: string): Promise<void> {
  const cursor = readPages(client, dialogId)?.at(-1)?.nextCursor;
  if (cursor === undefined) return;
  const page = await fetchPage(client, dialogId, cursor);
  changeMessages(client, dialogId, (data) => addOlder(data, cursor, page));
}

export async function loadNewer(client: ChatClient, dialogId: string): Promise<void> {
  const cursor = readPages(client, dialogId)?.[0]?.newerCursor;
  if (cursor === undefined) return;
  const page = await fetchPage(client, dialogId, cursor);
  changeMessages(client, dialogId, (data) => addNewer(data, cursor, page));
  showArrived(client, dialogId);
}

/** Puts the messages around a place instead of what is loaded. Returns the message of that place, if there is one. */
export async function loadAround(
  client: ChatClient,
  dialogId: string,
  place: ConversationPlace,
  signal?: AbortSignal,
): Promise<string | null> {
  const input = { dialogId, ...place, limit: messagesPerPage };
  const { targetId, ...page } = await client.trpcClient.supportChat.messagesAround.query(input);
  if (signal?.aborted) return null;
  replacePages(client, dialogId, page);
  return targetId;
}

/** Puts the newest page instead of what is loaded. */
export async function loadLatest(client: ChatClient, dialogId: string, signal?: AbortSignal): Promise<void> {
  const page = await fetchPage(client, dialogId);
  if (!signal?.aborted) replacePages(client, dialogId, page);
}

/** A part from the middle is of use only to the reader who went there. */
export function forgetMiddle(client: ChatClient, dialogId: string): void {
  const data = client.queryClient.getQueryData(messagesKey(client, dialogId));
  if (data && !isAtNewest(data)) client.queryClient.removeQueries({ queryKey: messagesKey(client, dialogId) });
}
