import { type RefObject, useEffect, useEffectEvent } from 'react';
import { type Point, readSwipe, type Zoom } from './zoom-state.ts';

export interface GestureTargets {
  /** Points are measured from the centre of the stage. */
  onZoom: (factor: number, at: Point) => void;
  onPan: (by: Point) => void;
  onDoublePress: (at: Point) => void;
  onSwipe: (direction: 'next' | 'previous' | 'close') => void;
  getZoom: () => Zoom;
}

interface Pointers {
  active: Map<number, Point>;
  startedAt: number;
  start: Point;
  /** Two fingers were down at some moment: what follows is no swipe. */
  hadTwo: boolean;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/**
 * Wheel, pinch, drag, double press and swipe on one element. Listeners are added by hand because React attaches wheel
 * listeners as passive, and a passive one cannot keep the page from zooming.
 */
export function useGestures(ref: RefObject<HTMLElement | null>, targets: GestureTargets): void {
  const on = useEffectEvent(() => targets);

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const pointers: Pointers = { active: new Map(), startedAt: 0, start: { x: 0, y: 0 }, hadTwo: false };
    const fromCentre = (at: Point): Point => {
      const box = element.getBoundingClientRect();
      return { x: at.x - box.left - box.width / 2, y: at.y - box.top - box.height / 2 };
    };

    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      // A trackpad's pinch arrives as a wheel with ctrl and much smaller steps.
      const speed = event.ctrlKey ? 0.012 : 0.0018;
      on().onZoom(Math.exp(-event.deltaY * speed), fromCentre({ x: event.clientX, y: event.clientY }));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      const at = { x: event.clientX, y: event.clientY };
      pointers.active.set(event.pointerId, at);
      if (pointers.active.size === 1) Object.assign(pointers, { startedAt: event.timeStamp, start: at, hadTwo: false });
      else pointers.hadTwo = true;
    };
    const onMove = (event: PointerEvent) => {
      const before = pointers.active.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...pointers.active].find(([id]) => id !== event.pointerId)?.[1];
      pointers.active.set(event.pointerId, now);
      if (other) {
        on().onZoom(distance(now, other) / Math.max(1, distance(before, other)), fromCentre(middle(now, other)));
        on().onPan({ x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 });
      } else if (on().getZoom().scale > 1) {
        on().onPan({ x: now.x - before.x, y: now.y - before.y });
      }
    };
    const onUp = (event: PointerEvent) => {
      if (!pointers.active.delete(event.pointerId) || pointers.active.size > 0) return;
      const isSwipe = event.pointerType !== 'mouse' && !pointers.hadTwo && on().getZoom().scale === 1;
      if (!isSwipe || event.type === 'pointercancel') return;
      const by = { x: event.clientX - pointers.start.x, y: event.clientY - pointers.start.y };
      const direction = readSwipe(by, event.timeStamp - pointers.startedAt);
      if (direction) on().onSwipe(direction);
    };
    const onDouble = (event: MouseEvent) => on().onDoublePress(fromCentre({ x: event.clientX, y: event.clientY }));

    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    element.addEventListener('dblclick', onDouble);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('dblclick', onDouble);
    };
  }, [ref]);
}
