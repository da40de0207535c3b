import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo, useState } from 'react';

/** A message to go to. Asked for again, the same one is another object. */
export interface MessageTarget {
  messageId: string;
  visit: number;
}

export interface ConversationAddress {
  /** The conversation named in the address (`?dialog=`), or null. */
  dialogId: string | null;
  /** The message named beside it (`&message=`), or null. */
  target: MessageTarget | null;
  /** The address of a conversation, of a message in it, or of the list. */
  hrefOf: (dialogId: string | null, messageId?: string) => string;
  open: (dialogId: string | null, messageId?: string) => void;
  /** Like `open`, leaving no entry in the history. */
  replace: (dialogId: string) => void;
}

/**
 * The address is the state: a link leads to a conversation, a reload stays in it. Switching replaces the entry of the history,
 * so Back always returns to the list, as in a messenger on a phone. No request is made: Next follows `history` by itself.
 */
export function useConversationAddress(path: string): ConversationAddress {
  const params = useSearchParams();
  const dialogId = params.get('dialog') || null;
  const messageId = dialogId === null ? null : params.get('message') || null;
  const [visit, setVisit] = useState(0);
  const target = useMemo(() => (messageId === null ? null : { messageId, visit }), [messageId, visit]);
  const hrefOf = useCallback(
    (id: string | null, message?: string) => {
      if (!id) return path;
      return `${path}?${new URLSearchParams({ dialog: id, ...(message && { message }) })}`;
    },
    [path],
  );
  const replace = useCallback((id: string) => window.history.replaceState(null, '', hrefOf(id)), [hrefOf]);
  const open = useCallback(
    (id: string | null, message?: string) => {
      if (message !== undefined) setVisit((count) => count + 1);
      else if (id === dialogId && messageId === null) return;
      if (dialogId === null) window.history.pushState(null, '', hrefOf(id, message));
      else window.history.replaceState(null, '', hrefOf(id, message));
    },
    [dialogId, messageId, hrefOf],
  );
  return { dialogId, target, hrefOf, open, replace };
}
