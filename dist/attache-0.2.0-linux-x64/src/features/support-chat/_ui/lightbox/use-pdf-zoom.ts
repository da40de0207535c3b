import { useCallback, useEffect, useRef, useState } from 'react';
import { readScrolled, toScrolled } from './scroll-position.ts';
import { createZoomActs, fitted, glideMs, keepOnStage, type Size, type Zoom, type ZoomActs } from './zoom-state.ts';

export interface PdfZoom extends ZoomActs {
  /** What the pages are laid out at; 1 fits the width. */
  scale: number;
  getZoom: () => Zoom;
  scroller: HTMLElement | null;
  setScroller: (element: HTMLElement | null) => void;
  /** All pages, one below the other. Lays itself out by `--pdf-zoom`, margins included. */
  setColumn: (element: HTMLElement | null) => void;
}

/** A pause of the fingers or the wheel before the pages are laid out and drawn anew. */
const settleMs = 120;

interface Frame {
  content: Size;
  stage: Size;
  /** How the pages lie, told from the scroll position. */
  laid: Zoom;
}

/**
 * Zoom of pages that scroll. Under the fingers they are only transformed, which costs no layout and no drawing; when the
 * fingers rest, they are laid out at the new scale and scrolled to the same place, where the browser's own scrolling
 * takes over.
 */
export function usePdfZoom(): PdfZoom {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [column, setColumn] = useState<HTMLElement | null>(null);
  const [scale, setScale] = useState(1);
  const laidScale = useRef(1);
  /** Ahead of the layout; null: the layout is up to date. */
  const live = useRef<Zoom | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const measure = (): Frame | null => {
    if (!scroller || !column) return null;
    const at = laidScale.current;
    const stage = { width: scroller.clientWidth, height: scroller.clientHeight };
    const content = { width: column.offsetWidth / at, height: column.offsetHeight / at };
    const laid = readScrolled(at, { x: scroller.scrollLeft, y: scroller.scrollTop }, content, stage);
    return { content, stage, laid };
  };
  const settle = () => {
    const frame = measure();
    const target = live.current;
    live.current = null;
    if (!frame || !target || !scroller || !column) return;
    column.style.transition = '';
    column.style.transform = '';
    column.style.setProperty('--pdf-zoom', String(target.scale));
    laidScale.current = target.scale;
    const { x, y } = toScrolled(target, frame.content, frame.stage);
    scroller.scrollTo({ left: x, top: y, behavior: 'instant' });
    setScale(target.scale);
  };
  const change = (next: (zoom: Zoom) => Zoom, glides: boolean) => {
    const frame = measure();
    if (!frame || !column) return;
    const { laid, content, stage } = frame;
    const target = keepOnStage(next(live.current ?? laid), content, stage);
    live.current = target;
    column.style.transition = glides ? `transform ${glideMs}ms` : '';
    column.style.transform = `translate(${target.x - laid.x}px, ${target.y - laid.y}px) scale(${target.scale / laid.scale})`;
    clearTimeout(timer.current);
    timer.current = setTimeout(settle, glides ? glideMs : settleMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  const getZoom = useCallback(() => live.current ?? { ...fitted, scale: laidScale.current }, []);
  return { ...createZoomActs(change), scale, getZoom, scroller, setScroller, setColumn };
}
