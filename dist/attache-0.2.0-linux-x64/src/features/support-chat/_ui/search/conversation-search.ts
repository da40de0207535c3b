import { createContext, useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react';

export interface ConversationSearch {
  isOpen: boolean;
  open: () => void;
  close: () => void;
}

const nothing = () => undefined;

/** Between the header's button and the search of one conversation. */
export const ConversationSearchContext = createContext<ConversationSearch>({
  isOpen: false,
  open: nothing,
  close: nothing,
});

/** Ctrl+F or Cmd+F opens the search; pressed a second time, in it, the browser's own comes. */
export function useConversationSearch(): ConversationSearch {
  const [isOpen, setOpen] = useState(false);
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
  return useMemo(() => ({ isOpen, open, close }), [isOpen, open, close]);
}
