import { createContext, useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react';

export interface ConversationSearch {
  isOpen: boolean;
  open: () => void;
  close: () => void;
  /** The message to go to; null when there is nowhere to go. */
  target: string | null;
  jump: (messageId: string) => void;
  /** The list has gone there, or knows that it can not. */
  arrive: () => void;
}

const nothing = () => undefined;

/** Between the header's button, the search and the list of one conversation. */
export const ConversationSearchContext = createContext<ConversationSearch>({
  isOpen: false,
  open: nothing,
  close: nothing,
  target: null,
  jump: nothing,
  arrive: nothing,
});

/** Ctrl+F or Cmd+F opens the search; pressed a second time, in it, the browser's own comes. */
export function useConversationSearch(): ConversationSearch {
  const [isOpen, setOpen] = useState(false);
  const [target, setTarget] = useState<string | null>(null);
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const isFind = event.code === 'KeyF' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!isFind || isOpen || document.querySelector('[role="dialog"]')) return;
    event.preventDefault();
    setOpen(true);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
  const open = useCallback(() => setOpen(true), []);
  const close = useCallback(() => setOpen(false), []);
  const arrive = useCallback(() => setTarget(null), []);
  return useMemo(
    () => ({ isOpen, open, close, target, jump: setTarget, arrive }),
    [isOpen, open, close, target, arrive],
  );
}
