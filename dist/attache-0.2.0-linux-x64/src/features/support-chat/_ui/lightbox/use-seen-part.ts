import { type RefObject, useEffect, useState } from 'react';
import { choosePart, type Part } from './pdf-part.ts';
import type { Size } from './zoom-state.ts';

/** A part of a page, with the zoom at which its pixels were counted. */
export interface SeenPart {
  zoom: number;
  part: Part;
}

export interface SeenPartOptions {
  /** CSS pixels of the page while nothing is enlarged. */
  fitted: Size;
  zoom: number;
  frame: RefObject<HTMLElement | null>;
  scroller: HTMLElement | null;
  /** Only then is anything watched. */
  isWanted: boolean;
}

/** A pause in scrolling before another part is drawn. */
const restMs = 80;

/** What of an enlarged page is on the screen. Stays the same over short scrolls, and until the next is known. */
export function useSeenPart({ fitted, zoom, frame, scroller, isWanted }: SeenPartOptions): SeenPart | null {
  const [seen, setSeen] = useState<SeenPart | null>(null);
  const { width, height } = fitted;
  useEffect(() => {
    if (!scroller || !isWanted) return setSeen(null);
    const look = () => {
      const page = frame.current?.getBoundingClientRect();
      if (!page) return;
      const box = scroller.getBoundingClientRect();
      const screen = { left: box.left - page.left, top: box.top - page.top, width: box.width, height: box.height };
      setSeen((before) => {
        const drawn = before?.zoom === zoom ? before.part : null;
        const part = choosePart(screen, { width: width * zoom, height: height * zoom }, drawn);
        if (part === drawn && drawn !== null) return before;
        return part && { zoom, part };
      });
    };
    let timer: ReturnType<typeof setTimeout>;
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(look, restMs);
    };
    look();
    scroller.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(onScroll);
    observer.observe(scroller);
    return () => {
      clearTimeout(timer);
      scroller.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [width, height, zoom, frame, scroller, isWanted]);
  return seen;
}
