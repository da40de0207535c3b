import { useEffect, useEffectEvent } from 'react';
import type { Point, Zoom, ZoomActs } from './zoom-state.ts';

/** What an arrow moves something enlarged by. CSS pixels. */
const arrowStepPx = 80;
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: arrowStepPx, y: 0 },
  ArrowRight: { x: -arrowStepPx, y: 0 },
  ArrowUp: { x: 0, y: arrowStepPx },
  ArrowDown: { x: 0, y: -arrowStepPx },
};

export interface ZoomKeys extends Pick<ZoomActs, 'zoomIn' | 'zoomOut' | 'reset' | 'panBy'> {
  getZoom: () => Zoom;
  rotate?: () => void;
}

/**
 * The keys of whatever can be enlarged, wherever the focus is in the viewer. Arrows move it while it is enlarged; they
 * are marked as handled, so that they do not turn to the next file as well.
 */
export function useZoomKeys({ zoomIn, zoomOut, reset, panBy, getZoom, rotate }: ZoomKeys): void {
  const keys: Record<string, (() => void) | undefined> = {
    '+': zoomIn,
    '=': zoomIn,
    '-': zoomOut,
    '0': reset,
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const by = arrows[event.key];
    if (by && getZoom().scale > 1) {
      event.preventDefault();
      panBy(by);
      // By its place: in a Russian layout it writes another letter.
    } else if (event.code === 'KeyR') rotate?.();
    else keys[event.key]?.();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    // Before the viewer, which turns to the next file by the arrows nobody has taken.
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
}
