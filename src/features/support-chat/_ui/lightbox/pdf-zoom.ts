import { PixelsPerInch } from 'pdfjs-dist';
import type { PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs';
import { maxZoom, type Point, pressZoom, toStop, wheelFactor, zoomMs } from './zoom.ts';

/** Of a page of ordinary size; wider than this its lines are hard to read. */
const widestScale = 1.25;
/** A pause of the fingers or the wheel before the pages are rendered anew. */
const settleMs = 120;

/**
 * Zoom of a PDFViewer by pinch, double tap, ctrl and wheel. Its own goes in steps of a hundredth and puts a place on the
 * screen to the nearest point; here only the size of the pages follows the fingers, and PDFViewer hears of the scale when
 * they rest.
 */
export function createPdfZoom(viewer: PDFViewer, onSettled: () => void, signal: AbortSignal) {
  const { container } = viewer;
  const pages = viewer.viewer as HTMLElement;
  /** Ahead of what PDFViewer knows, with the place that stays where the fingers are: shares of a page. */
  let live: { scale: number; page: Element; share: Point; at: Point } | null = null;
  /** Where an animation leads. */
  let target: number | null = null;
  let timer: ReturnType<typeof setTimeout>;
  const currentPage = () => viewer.getPageView(viewer.currentPageNumber - 1);
  const fitScale = () => Math.min(widestScale, (container.clientWidth * currentPage().scale) / currentPage().width);
  const current = () => live?.scale ?? viewer.currentScale;
  const stop = () => toStop(current(), fitScale(), fitScale() * maxZoom);
  const isZoomed = () => stop() !== 'fitted';

  const settle = () => {
    if (!live) return;
    const { scrollLeft: left, scrollTop: top } = container;
    viewer.currentScale = live.scale;
    live = target = null;
    pages.classList.remove('zooming');
    container.scrollTo({ left, top, behavior: 'instant' });
    onSettled();
  };
  /** What was under `from` comes under `at`. */
  const zoomTo = (wanted: number, at: Point, from = at) => {
    if (live?.at.x !== from.x || live.at.y !== from.y) {
      const page = document.elementFromPoint(from.x, from.y)?.closest('.page') ?? currentPage().div;
      const box = page.getBoundingClientRect();
      live = { scale: 1, page, share: { x: (from.x - box.x) / box.width, y: (from.y - box.y) / box.height }, at };
    }
    live.at = at;
    live.scale = Math.max(Math.min(fitScale(), viewer.currentScale), Math.min(fitScale() * maxZoom, wanted));
    pages.classList.add('zooming');
    pages.style.setProperty('--scale-factor', String(live.scale * PixelsPerInch.PDF_TO_CSS_UNITS));
    const { x, y, width, height } = live.page.getBoundingClientRect();
    const [left, top] = [x + live.share.x * width - at.x, y + live.share.y * height - at.y];
    container.scrollBy({ left, top, behavior: 'instant' });
    clearTimeout(timer);
    timer = setTimeout(settle, settleMs);
  };
  const animateTo = (wanted: number, at = middleOf(container)) => {
    target = wanted;
    const from = current();
    const startedAt = performance.now();
    const step = () => {
      if (target !== wanted || signal.aborted) return;
      const share = Math.min(1, (performance.now() - startedAt) / zoomMs);
      zoomTo(from * (wanted / from) ** share, at);
      if (share < 1) requestAnimationFrame(step);
    };
    step();
  };
  onGestures(container, signal, {
    onZoom(factor, at, from) {
      target = null;
      zoomTo(current() * factor, at, from);
    },
    onDoubleTap: (at) => animateTo(isZoomed() ? fitScale() : fitScale() * pressZoom, at),
  });
  signal.addEventListener('abort', () => clearTimeout(timer));
  return {
    zoomBy: (factor: number) => animateTo((target ?? current()) * factor),
    reset: () => animateTo(fitScale()),
    /** As wide as the screen allows, at once. */
    fitNow() {
      viewer.currentScale = fitScale();
      onSettled();
    },
    panBy: ({ x, y }: Point) => container.scrollBy(-x, -y),
    isZoomed,
    /** For the current page. */
    stop,
  };
}

function middleOf(element: Element): Point {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

interface GestureEvents {
  /** @param from where the middle of two fingers came from */
  onZoom: (factor: number, at: Point, from?: Point) => void;
  onDoubleTap: (at: Point) => void;
}

function onGestures(container: HTMLElement, signal: AbortSignal, { onZoom, onDoubleTap }: GestureEvents): void {
  let pointerType = '';
  let pinch: (Point & { distance: number }) | null = null;
  const onTouch = (event: TouchEvent) => {
    const [a, b] = event.touches;
    const before = pinch;
    pinch = null;
    if (!a || !b) return;
    // Else the browser would scroll with two fingers.
    if (event.cancelable) event.preventDefault();
    const distance = Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
    pinch = { x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2, distance };
    if (before) onZoom(distance / before.distance, pinch, before);
  };
  const onWheel = (event: WheelEvent) => {
    // The carousel would keep the pages from scrolling.
    event.stopPropagation();
    if (!event.ctrlKey) return;
    event.preventDefault();
    onZoom(wheelFactor(event), { x: event.clientX, y: event.clientY });
  };
  // A double click of a mouse selects a word.
  const onDouble = ({ clientX: x, clientY: y }: MouseEvent) => pointerType !== 'mouse' && onDoubleTap({ x, y });
  for (const type of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) {
    container.addEventListener(type, onTouch, { passive: false, signal });
  }
  container.addEventListener('wheel', onWheel, { passive: false, signal });
  container.addEventListener('pointerdown', (event) => (pointerType = event.pointerType), { signal });
  container.addEventListener('dblclick', onDouble, { signal });
}
