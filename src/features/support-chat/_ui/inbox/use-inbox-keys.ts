import { useEffect, useEffectEvent } from 'react';

export interface InboxKeys {
  onStep: (step: 1 | -1) => void;
  onSearch: () => void;
  onSearchMessages: () => void;
  onFilter: () => void;
  onWrite: () => void;
  onLeave: () => void;
  onSheet: () => void;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** Something modal or a menu is open: it has the keys now. */
function isCovered(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="alertdialog"]') !== null;
}

/**
 * Keys of the inbox. Letters go by their place on the keyboard, so they work with a Russian layout as well; `/` and `?`
 * go by place or by sign, as other layouts keep them elsewhere.
 */
export function useInboxKeys(keys: InboxKeys): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isCovered())
      return;
    if (event.key === 'Escape') return keys.onLeave();
    if (isWriting(event.target)) return;
    const action = findAction(event, keys);
    if (!action) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

function findAction(event: KeyboardEvent, keys: InboxKeys): (() => void) | null {
  if (event.key === '?' || (event.code === 'Slash' && event.shiftKey)) return keys.onSheet;
  if (event.key === '/' || event.code === 'Slash') return keys.onSearch;
  if (event.shiftKey) return null;
  if (event.code === 'KeyJ') return () => keys.onStep(1);
  if (event.code === 'KeyK') return () => keys.onStep(-1);
  if (event.code === 'KeyU') return keys.onFilter;
  if (event.code === 'KeyF') return keys.onSearchMessages;
  const { target } = event;
  const inList =
    target === document.body || (target instanceof HTMLElement && target.closest('[data-dialog-list]') !== null);
  if (!inList) return null;
  if (event.key === 'ArrowDown') return () => keys.onStep(1);
  if (event.key === 'ArrowUp') return () => keys.onStep(-1);
  // On a row that has the focus but is not chosen, Enter is the link's own.
  if (event.key === 'Enter' && (target === document.body || isCurrentRow(target))) return keys.onWrite;
  return null;
}

function isCurrentRow(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('[aria-current="true"]');
}
