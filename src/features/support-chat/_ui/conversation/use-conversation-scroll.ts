import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { estimateRowHeight } from './estimate-row.ts';
import type { Row } from './rows.ts';
import type { ScrollTarget, ViewPlace } from './use-conversation-view.ts';
import type { MessagePaging } from './use-message-paging.ts';

/** Nearer to the end than this the reader follows the conversation. CSS pixels. */
const atEndPx = 90;
/** Further than this a button back to the end is worth its place. */
const farFromEndPx = 400;
/** The list's padding and a date: a reader nearer to the top than this stands at the date. CSS pixels. */
const dayRowPx = 64;
/** Rows beyond the screen that are left when the next page is asked for. */
const rowsBeforeFetch = 20;

export interface ConversationScrollInput {
  rows: readonly Row[];
  scrollRef: RefObject<HTMLDivElement | null>;
  /** Whether it is known where to start; until then nothing is shown. */
  isReady: boolean;
  /** Where to begin, and where to go when it changes. */
  scrollTarget: ScrollTarget;
  paging: MessagePaging;
}

/**
 * Only the rows near the screen exist. Anchored at the end: pages added above leave what is read in its place, a new
 * message below is followed when the reader is at the end.
 */
export function useConversationScroll(input: ConversationScrollInput) {
  const { rows, scrollRef, isReady, scrollTarget, paging } = input;
  const { hasOlder, hasNewer, isLoadingOlder, isLoadingNewer, loadOlder, loadNewer } = paging;
  const [isPlaced, setPlaced] = useState(false);
  // A page that leads towards the end is read on into; only what is said at the end is followed.
  const [isFollowing, setFollowing] = useState(false);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: (index) => estimateRowHeight(rows[index], scrollRef.current?.clientWidth ?? 800),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
    anchorTo: 'end',
    followOnAppend: isFollowing,
    scrollEndThreshold: atEndPx,
    paddingStart: 12,
    paddingEnd: 4,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
    useFlushSync: false,
  });

  const goTo = useEffectEvent((place: ViewPlace) => {
    const index = findRow(rows, place);
    if (index < 0) virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(index, { align: typeof place === 'string' ? 'start' : place.align });
  });
  const shown = useRef(scrollTarget);
  useLayoutEffect(() => {
    if (!isReady || isPlaced) return;
    shown.current = scrollTarget;
    goTo(scrollTarget.place);
    setPlaced(true);
  }, [isReady, isPlaced, scrollTarget]);
  useEffect(() => {
    if (!isPlaced || shown.current === scrollTarget) return;
    shown.current = scrollTarget;
    goTo(scrollTarget.place);
  }, [isPlaced, scrollTarget]);
  useEffect(() => setFollowing(isPlaced && !hasNewer), [isPlaced, hasNewer]);

  useKeepUnderDay(rows, scrollRef, (index) => isPlaced && virtualizer.scrollToIndex(index, { align: 'start' }));
  useStayAtEnd(scrollRef, isPlaced);

  const firstVisible = virtualizer.range?.startIndex ?? 0;
  const rowsBelow = rows.length - 1 - (virtualizer.range?.endIndex ?? 0);
  useEffect(() => {
    if (isPlaced && hasOlder && !isLoadingOlder && firstVisible < rowsBeforeFetch) loadOlder();
  }, [isPlaced, hasOlder, isLoadingOlder, firstVisible, loadOlder]);
  useEffect(() => {
    if (isPlaced && hasNewer && !isLoadingNewer && rowsBelow < rowsBeforeFetch) loadNewer();
  }, [isPlaced, hasNewer, isLoadingNewer, rowsBelow, loadNewer]);

  return {
    virtualizer,
    isPlaced,
    isFarFromEnd: isPlaced && (hasNewer || !virtualizer.isAtEnd(farFromEndPx)),
    /** Index of the last row on the screen. */
    lastVisible: isPlaced ? (virtualizer.range?.endIndex ?? -1) : -1,
  };
}

/** The row of a place, or -1: then the end is meant. */
export function findRow(rows: readonly Row[], place: ViewPlace): number {
  if (place === 'end') return -1;
  // Where the unread begins with the conversation itself, there is no line, and the end is as good a beginning.
  if (place === 'unread') return rows.findIndex((row, index) => row.type === 'unread' && index > 0);
  const index = rows.findIndex((row) => row.type === 'message' && row.message.id === place.messageId);
  if (place.align === 'center') return index;
  let first = index;
  while (rows[first - 1]?.type === 'day' || rows[first - 1]?.type === 'unread') first -= 1;
  return first;
}

/**
 * The date on top goes up with an older page of the same day and would take a reader who stands at it along, page after
 * page to the very beginning: the message under it holds the place.
 */
function useKeepUnderDay(
  rows: readonly Row[],
  scrollRef: RefObject<HTMLDivElement | null>,
  scrollTo: (index: number) => void,
): void {
  const former = useRef(rows);
  const keepPlace = useEffectEvent((before: readonly Row[]) => {
    const first = before.findIndex((row) => row.type !== 'day');
    const index = rows.findIndex((row) => row.key === before[first]?.key);
    const isAtDay = first === 1 && (scrollRef.current?.scrollTop ?? 0) < dayRowPx;
    if (isAtDay && index > first) scrollTo(index);
  });
  useLayoutEffect(() => {
    const before = former.current;
    former.current = rows;
    if (before !== rows) keepPlace(before);
  }, [rows]);
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
