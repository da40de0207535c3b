'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

export interface DialogAddress {
  /** The dialog named in the address (`?dialog=`), or null. */
  dialogId: string | null;
  /** The address of a dialog, or of the list. */
  hrefOf: (dialogId: string | null) => string;
  open: (dialogId: string | null) => void;
  /** Like `open`, leaving no entry in the history. */
  replace: (dialogId: string) => void;
}

/**
 * The address is the state: a link leads to a dialog, a reload stays in it. Switching replaces the entry of the history,
 * so Back always returns to the list, as in a messenger on a phone. No request is made: Next follows `history` by itself.
 */
export function useDialogAddress(path: string): DialogAddress {
  const dialogId = useSearchParams().get('dialog') || null;
  const hrefOf = useCallback((id: string | null) => (id ? `${path}?dialog=${encodeURIComponent(id)}` : path), [path]);
  const replace = useCallback((id: string) => window.history.replaceState(null, '', hrefOf(id)), [hrefOf]);
  const open = useCallback(
    (id: string | null) => {
      if (id === dialogId) return;
      if (dialogId === null) window.history.pushState(null, '', hrefOf(id));
      else window.history.replaceState(null, '', hrefOf(id));
    },
    [dialogId, hrefOf],
  );
  return { dialogId, hrefOf, open, replace };
}
