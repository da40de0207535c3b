import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';
import { estimateRowHeight } from './estimate-row.ts';
import type { Row } from './rows.ts';

/** Nearer to the end than this the reader follows the conversation. CSS pixels. */
const atEndPx = 90;
/** Further than this a button back to the end is worth its place. */
const farFromEndPx = 400;
/** Rows above the screen that are left when the next older page is asked for. */
const rowsBeforeFetch = 20;

export interface ConversationScrollInput {
  rows: readonly Row[];
  scrollRef: RefObject<HTMLDivElement | null>;
  /** Whether it is known where to start; until then nothing is shown. */
  isReady: boolean;
  hasOlder: boolean;
  isFetchingOlder: boolean;
  fetchOlder: () => void;
}

/**
 * Only the rows near the screen exist. Anchored at the end: pages added above leave what is read in its place, a new
 * message below is followed when the reader is at the end.
 */
export function useConversationScroll(input: ConversationScrollInput) {
  const { rows, scrollRef, isReady, hasOlder, isFetchingOlder, fetchOlder } = input;
  const [isPlaced, setPlaced] = useState(false);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: (index) => estimateRowHeight(rows[index], scrollRef.current?.clientWidth ?? 800),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
    anchorTo: 'end',
    followOnAppend: isPlaced,
    scrollEndThreshold: atEndPx,
    paddingStart: 12,
    paddingEnd: 4,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
    useFlushSync: false,
  });

  useLayoutEffect(() => {
    if (!isReady || isPlaced) return;
    const unread = rows.findIndex((row) => row.type === 'unread');
    if (unread > 0) virtualizer.scrollToIndex(unread, { align: 'start' });
    else virtualizer.scrollToEnd();
    setPlaced(true);
  }, [isReady, isPlaced, rows, virtualizer]);

  useStayAtEnd(scrollRef, isPlaced);

  const firstVisible = virtualizer.range?.startIndex ?? 0;
  useEffect(() => {
    if (isPlaced && hasOlder && !isFetchingOlder && firstVisible < rowsBeforeFetch) fetchOlder();
  }, [isPlaced, hasOlder, isFetchingOlder, firstVisible, fetchOlder]);

  const scrollToEnd = useCallback(() => virtualizer.scrollToEnd(), [virtualizer]);
  return {
    virtualizer,
    isPlaced,
    isFarFromEnd: isPlaced && !virtualizer.isAtEnd(farFromEndPx),
    /** Index of the last row on the screen. */
    lastVisible: isPlaced ? (virtualizer.range?.endIndex ?? -1) : -1,
    scrollToEnd,
  };
}

/** The composer grows with what is written in it; a reader at the end stays at the end. */
function useStayAtEnd(scrollRef: RefObject<HTMLDivElement | null>, isPlaced: boolean): void {
  useEffect(() => {
    const element = scrollRef.current;
    if (!element || !isPlaced) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      // Where the reader was is told by the former height: rows measured since then moved the end without a scroll.
      const below = element.scrollHeight - element.scrollTop - height;
      // Not by the virtualizer, which hears of the new height from an observer of its own, perhaps after this one.
      if (element.clientHeight !== height && below <= atEndPx) element.scrollTop = element.scrollHeight;
      height = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scrollRef, isPlaced]);
}
