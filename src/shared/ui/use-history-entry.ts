import { useEffect, useEffectEvent, useMemo, useRef } from 'react';

export interface HistoryEntry {
  /** Puts an entry of the history on top, for Back to take away. */
  push: () => void;
  /** Takes the entry away as Back does; `onBack` follows. */
  goBack: () => void;
}

/**
 * While something covers the page, Back closes it and stays on the page: on a phone that is the first thing a thumb does.
 * The address does not change, so that a reload shows the page. The result is stable.
 */
export function useHistoryEntry(onBack: () => void): HistoryEntry {
  const isOnTop = useRef(false);
  const back = useEffectEvent(() => {
    if (!isOnTop.current) return;
    isOnTop.current = false;
    onBack();
  });
  useEffect(() => {
    const listener = () => back();
    window.addEventListener('popstate', listener);
    return () => window.removeEventListener('popstate', listener);
  }, []);
  return useMemo(
    () => ({
      push() {
        if (isOnTop.current) return;
        isOnTop.current = true;
        window.history.pushState(null, '');
      },
      goBack() {
        if (isOnTop.current) window.history.back();
      },
    }),
    [],
  );
}
