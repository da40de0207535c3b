import { type RefObject, useEffect, useEffectEvent } from 'react';
import { readSwipe } from './zoom-state.ts';

/** The strip at the foot of a video where its own controls are. CSS pixels. */
const controlsPx = 72;

/** Swipes to the next file over a video, which keeps its controls and a touch life of its own. */
export function useSwipe(ref: RefObject<HTMLElement | null>, onStep: (by: 1 | -1) => void): void {
  const step = useEffectEvent(onStep);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    let start: { x: number; y: number; at: number } | null = null;
    const onStart = (event: TouchEvent) => {
      const [finger] = event.touches;
      const isAlone = event.touches.length === 1 && finger !== undefined;
      start =
        isAlone && mayBeSwipe(event.target, finger)
          ? { x: finger.clientX, y: finger.clientY, at: event.timeStamp }
          : null;
    };
    const onEnd = (event: TouchEvent) => {
      const [finger] = event.changedTouches;
      if (!start || !finger || event.touches.length > 0) return;
      const by = { x: finger.clientX - start.x, y: finger.clientY - start.y };
      const direction = readSwipe(by, event.timeStamp - start.at);
      start = null;
      if (direction === 'next' || direction === 'previous') step(direction === 'next' ? 1 : -1);
    };
    element.addEventListener('touchstart', onStart, { passive: true });
    element.addEventListener('touchend', onEnd, { passive: true });
    return () => {
      element.removeEventListener('touchstart', onStart);
      element.removeEventListener('touchend', onEnd);
    };
  }, [ref]);
}

function mayBeSwipe(target: EventTarget | null, finger: Touch): boolean {
  return !(target instanceof HTMLVideoElement) || target.getBoundingClientRect().bottom - finger.clientY > controlsPx;
}
