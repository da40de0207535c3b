'use client';

import { Slot } from 'radix-ui';
import { type FocusEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from './kbd.tsx';
import { placeBeside, type Side } from './place-beside.ts';

const delayMs = 450;

export interface TooltipProps {
  label: ReactNode;
  shortcut?: string;
  side?: Side;
  /** One element that takes event handlers. */
  children: ReactNode;
}

/**
 * Repeats for the eye what a screen reader hears already (it is hidden from those): never the only place of a fact.
 * Our own, because a positioning library would weigh more than the whole inbox.
 */
export function Tooltip({ label, shortcut, side = 'top', children }: TooltipProps) {
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hide = () => {
    clearTimeout(timer.current);
    setAnchor(null);
  };
  const showSoon = (element: Element) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(element.getBoundingClientRect()), delayMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!anchor) return;
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setAnchor(null);
    const onScroll = () => setAnchor(null);
    document.addEventListener('keydown', onKey);
    document.addEventListener('scroll', onScroll, true);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('scroll', onScroll, true);
    };
  }, [anchor]);

  return (
    <>
      <Slot.Root
        onPointerEnter={(event: PointerEvent) => event.pointerType === 'mouse' && showSoon(event.currentTarget)}
        onPointerLeave={hide}
        onPointerDown={hide}
        onFocus={(event: FocusEvent) => event.currentTarget.matches(':focus-visible') && showSoon(event.currentTarget)}
        onBlur={hide}
      >
        {children}
      </Slot.Root>
      {anchor
        ? createPortal(
            <div
              ref={(bubble) => {
                if (bubble) placeBeside(bubble, anchor, side);
              }}
              aria-hidden="true"
              className="pointer-events-none fixed top-0 left-0 z-60 flex max-w-72 animate-fade-in items-center gap-2 rounded-sm bg-ink px-2 py-1 text-xs text-canvas"
            >
              {label}
              {shortcut ? <Kbd inverted>{shortcut}</Kbd> : null}
            </div>,
            document.body,
          )
        : null}
    </>
  );
}
