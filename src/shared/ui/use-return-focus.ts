import { useLayoutEffect, useRef } from 'react';

/**
 * Where the focus goes when a modal closes: to whatever had it before. For `onCloseAutoFocus`; Radix itself gives it
 * back to a `Trigger` alone, which a modal opened by a state does not have.
 */
export function useReturnFocus(isOpen: boolean): (event: Event) => void {
  const before = useRef<Element | null>(null);
  // Before the effects of the modal, the first of which takes the focus.
  useLayoutEffect(() => {
    if (isOpen) before.current = document.activeElement;
  }, [isOpen]);
  return (event) => {
    event.preventDefault();
    // An item of a menu is gone by now; the page then goes on from its content.
    const target = before.current?.isConnected ? before.current : document.querySelector('main');
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  };
}
