import { useCallback, useEffect, useEffectEvent, useRef } from 'react';

export interface LightboxEntry {
  /** Puts an entry of the history on top, for Back to take away. */
  push: () => void;
  /** Takes the entry away, as Back would; `onBack` is called then. */
  goBack: () => void;
}

/**
 * While a file covers the page, Back closes the file and stays on the page: on a phone it is the first thing a thumb
 * does. The address does not change, so that a reload shows the conversation.
 */
export function useLightboxEntry(onBack: () => void): LightboxEntry {
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
  const push = useCallback(() => {
    if (isOnTop.current) return;
    isOnTop.current = true;
    window.history.pushState(null, '');
  }, []);
  const goBack = useCallback(() => {
    if (isOnTop.current) window.history.back();
  }, []);
  return { push, goBack };
}
