import { type RefObject, useEffect, useEffectEvent } from 'react';
import { type Point, readSwipe, wheelFactor, type Zoom } from './zoom-state.ts';

export interface GestureTargets {
  /** Points are measured from the centre of the stage. */
  onZoom: (factor: number, at: Point) => void;
  onPan: (by: Point) => void;
  /** A double tap of a finger (`over` is null), a click of a mouse on what it is over. */
  onPress: (at: Point, over: Element | null) => void;
  onSwipe: (direction: 'next' | 'previous' | 'close') => void;
  /** A finger that may become a swipe, from where it began; null: lifted. */
  onDrag?: (by: Point | null) => void;
  getZoom: () => Zoom;
  /** The browser scrolls what is below: the wheel alone, a lone finger and a mouse, which selects, are left to it. */
  scrolls?: boolean;
}

interface Pointers {
  active: Map<number, Point>;
  startedAt: number;
  start: Point;
  /** Two fingers were down at some moment: what follows is no swipe. */
  hadTwo: boolean;
  lastType: string;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** A mouse that moved less than this has clicked and not dragged. CSS pixels. */
const stillPx = 4;

/**
 * Wheel, pinch, drag, press and swipe on one element. Listeners are added by hand because React attaches wheel
 * listeners as passive, and a passive one cannot keep the page from zooming.
 */
export function useGestures(ref: RefObject<HTMLElement | null>, targets: GestureTargets): void {
  const on = useEffectEvent(() => targets);

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const pointers: Pointers = { active: new Map(), startedAt: 0, start: { x: 0, y: 0 }, hadTwo: false, lastType: '' };
    const fromCentre = (at: Point): Point => {
      const box = element.getBoundingClientRect();
      return { x: at.x - box.left - box.width / 2, y: at.y - box.top - box.height / 2 };
    };

    const onWheel = (event: WheelEvent) => {
      if (on().scrolls && !event.ctrlKey) return;
      event.preventDefault();
      on().onZoom(wheelFactor(event), fromCentre({ x: event.clientX, y: event.clientY }));
    };
    const onDown = (event: PointerEvent) => {
      pointers.lastType = event.pointerType;
      if (event.button !== 0 || (on().scrolls && event.pointerType === 'mouse')) return;
      element.setPointerCapture(event.pointerId);
      const at = { x: event.clientX, y: event.clientY };
      pointers.active.set(event.pointerId, at);
      if (pointers.active.size === 1) Object.assign(pointers, { startedAt: event.timeStamp, start: at, hadTwo: false });
      else {
        pointers.hadTwo = true;
        on().onDrag?.(null);
      }
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
      } else if (on().getZoom().scale > 1 && (!on().scrolls || pointers.hadTwo)) {
        on().onPan({ x: now.x - before.x, y: now.y - before.y });
      } else if (event.pointerType !== 'mouse' && !pointers.hadTwo) {
        on().onDrag?.({ x: now.x - pointers.start.x, y: now.y - pointers.start.y });
      }
    };
    const onUp = (event: PointerEvent) => {
      if (!pointers.active.delete(event.pointerId) || pointers.active.size > 0) return;
      on().onDrag?.(null);
      if (event.type === 'pointercancel') return;
      const at = { x: event.clientX, y: event.clientY };
      if (event.pointerType === 'mouse') {
        const isClick = distance(at, pointers.start) < stillPx;
        // The pointer is captured: what it is over has to be asked for.
        if (isClick) on().onPress(fromCentre(at), document.elementFromPoint(at.x, at.y));
        return;
      }
      if (pointers.hadTwo || on().getZoom().scale !== 1) return;
      const by = { x: at.x - pointers.start.x, y: at.y - pointers.start.y };
      const direction = readSwipe(by, event.timeStamp - pointers.startedAt);
      if (direction) on().onSwipe(direction);
    };
    const onDouble = (event: MouseEvent) => {
      if (pointers.lastType !== 'mouse') on().onPress(fromCentre({ x: event.clientX, y: event.clientY }), null);
    };
    /** Two fingers would scroll what scrolls, and the browser would cancel their pointers. */
    const onTouch = (event: TouchEvent) => {
      if ((event.touches.length > 1 || pointers.hadTwo) && event.cancelable) event.preventDefault();
    };

    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    element.addEventListener('dblclick', onDouble);
    element.addEventListener('touchstart', onTouch, { passive: false });
    element.addEventListener('touchmove', onTouch, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('dblclick', onDouble);
      element.removeEventListener('touchstart', onTouch);
      element.removeEventListener('touchmove', onTouch);
    };
  }, [ref]);
}
