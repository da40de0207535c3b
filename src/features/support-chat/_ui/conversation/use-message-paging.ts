import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { MessagePages } from '../engine/message-cache.ts';
import type { ConversationPlace } from '../engine/message-paging.ts';
import { forgetMiddle, loadAround, loadLatest, loadNewer, loadOlder } from '../engine/message-paging.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

/** After a page that did not come. */
const retryMs = 3_000;

export interface MessagePaging {
  hasOlder: boolean;
  hasNewer: boolean;
  isLoadingOlder: boolean;
  isLoadingNewer: boolean;
  loadOlder: () => void;
  loadNewer: () => void;
  /** Exchange what is loaded; rejected when the network or the server refuses, null when the reader went elsewhere. */
  goTo: (place: ConversationPlace, signal?: AbortSignal) => Promise<string | null>;
  /** False when the reader went elsewhere meanwhile. */
  goToLatest: () => Promise<boolean>;
}

/** The ways from the loaded part of a conversation to the rest of it. For the one component that shows it. */
export function useMessagePaging(dialogId: string, data: MessagePages | undefined): MessagePaging {
  const { client } = useChat().engine;
  const olderCursor = data?.pages.at(-1)?.nextCursor;
  const newerCursor = data?.pages[0]?.newerCursor;
  const older = usePageLoader(
    olderCursor,
    useCallback(() => loadOlder(client, dialogId), [client, dialogId]),
  );
  const newer = usePageLoader(
    newerCursor,
    useCallback(() => loadNewer(client, dialogId), [client, dialogId]),
  );
  // Whoever comes back later begins where the conversation is now.
  const onLeave = useEffectEvent(() => forgetMiddle(client, dialogId));
  useEffect(() => () => onLeave(), []);
  const request = useLatestRequest();
  const goTo = useCallback(
    (place: ConversationPlace, signal?: AbortSignal) =>
      request((superseded) => loadAround(client, dialogId, place, superseded), signal),
    [client, dialogId, request],
  );
  const goToLatest = useCallback(
    async () => (await request((superseded) => loadLatest(client, dialogId, superseded).then(() => true))) ?? false,
    [client, dialogId, request],
  );
  const hasOlder = olderCursor !== undefined;
  const hasNewer = newerCursor !== undefined;
  return useMemo(
    () => ({
      hasOlder,
      hasNewer,
      isLoadingOlder: older.isBusy,
      isLoadingNewer: newer.isBusy,
      loadOlder: older.load,
      loadNewer: newer.load,
      goTo,
      goToLatest,
    }),
    [hasOlder, hasNewer, older, newer, goTo, goToLatest],
  );
}

/**
 * Only the latest request counts: a part that was asked for before (the unread, on opening) and comes later must not
 * take the place of the one the reader went to since. A superseded request, or one aborted by its own signal, ends at
 * once with null.
 */
function useLatestRequest() {
  const latest = useRef<AbortController | null>(null);
  return useCallback(<T>(load: (superseded: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T | null> => {
    latest.current?.abort();
    const own = new AbortController();
    latest.current = own;
    signal?.addEventListener('abort', () => own.abort(), { once: true });
    const superseded = new Promise<null>((resolve) => {
      own.signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    return Promise.race([load(own.signal), superseded]);
  }, []);
}

/**
 * Busy until the rows of the page are drawn, not only loaded: in between the list would look short and ask again. After
 * a failure it stays so for a while, so that whoever asks again and again does so in measure.
 */
function usePageLoader(cursor: string | undefined, fetchPage: () => Promise<void>) {
  const [asked, setAsked] = useState<string | null>(null);
  const load = useCallback(async () => {
    if (cursor === undefined) return;
    setAsked(cursor);
    try {
      await fetchPage();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      setAsked(null);
    }
  }, [cursor, fetchPage]);
  const isBusy = cursor !== undefined && asked === cursor;
  return useMemo(() => ({ isBusy, load: () => void load() }), [isBusy, load]);
}
