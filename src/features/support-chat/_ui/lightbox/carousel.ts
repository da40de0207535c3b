import 'photoswipe/style.css';
import './lightbox.css';
import PhotoSwipe from 'photoswipe';
import { copyPicture, extendPictures, rotate, type Slide } from './picture.ts';
import type { LightboxSlide } from './slide.ts';
import { maxZoom, type Point, pressZoom, toStop, wheelFactor, type ZoomStop, zoomMs } from './zoom.ts';

export type Carousel = ReturnType<typeof createCarousel>;

export interface CarouselEvents {
  /** @param host where a video or a PDF is rendered; null for an image */
  onChange: (slideId: string, host: HTMLElement | null) => void;
  onZoom: (stop: ZoomStop) => void;
  onClose: () => void;
}

/** Of the bar above the slides. */
export const barPx = 56;
/** Air around a fitted picture on wide screens. */
const marginPx = 20;
/** The strip at the foot of a video where its own controls are. */
const controlsPx = 72;
/** A swipe, sideways and down. Milliseconds, CSS pixels, and pixels a millisecond that PhotoSwipe takes for one. */
const quickMs = 300;
const quickPx = { x: 40, y: 70 };
const longPx = { x: 110, y: 160 };
const swipeSpeed = 0.6;

/** PhotoSwipe without its buttons, keys and focus: those are the lightbox's. Gestures and zoom are its own. */
export function createCarousel(
  parent: HTMLElement,
  slides: readonly LightboxSlide[],
  index: number,
  events: CarouselEvents,
) {
  const pswp = new PhotoSwipe({
    dataSource: [...slides],
    index,
    appendToEl: parent,
    loop: false,
    preload: [0, 0],
    bgOpacity: 1,
    showHideAnimationType: 'none',
    zoomAnimationDuration: zoomMs,
    trapFocus: false,
    returnFocus: false,
    imageClickAction: 'zoom',
    tapAction: false,
    pinchToClose: false,
    // What is much longer than the screen fills its short side, or is shown pixel for pixel.
    secondaryZoomLevel: ({ fit, fill }) => Math.max(fit * pressZoom, fill),
    maxZoomLevel: ({ fit, fill }) => Math.max(fit * maxZoom, fill * 2, 1),
    paddingFn: ({ x }) => {
      const margin = x > 640 ? marginPx : 0;
      return { top: barPx, bottom: margin, left: margin, right: margin };
    },
  });
  extendPictures(pswp);
  leaveGesturesToContent(pswp);
  rememberWholeSwipes(pswp);
  pswp.on('uiRegister', () => pswp.ui?.uiElementsData.splice(0));
  pswp.on('keydown', (event) => event.preventDefault());
  pswp.on('wheel', (event) => {
    const { clientX: x, clientY: y } = event.originalEvent;
    event.preventDefault();
    withSlide((slide) => slide.zoomTo(slide.currZoomLevel * wheelFactor(event.originalEvent), { x, y }));
  });
  pswp.on('change', () =>
    withSlide(({ data, content }) =>
      events.onChange(data.id, data.type === 'image' ? null : (content.element ?? null)),
    ),
  );
  pswp.on('zoomPanUpdate', ({ slide: { currZoomLevel, zoomLevels } }) =>
    events.onZoom(toStop(currZoomLevel, zoomLevels.initial, zoomLevels.max)),
  );
  pswp.on('close', events.onClose);
  const withSlide = (act: (slide: Slide) => void) => pswp.currSlide && act(pswp.currSlide);
  pswp.init();
  // The lightbox is the dialog, and its names are in the reader's language.
  pswp.element?.removeAttribute('role');
  for (const part of pswp.element?.querySelectorAll('[aria-roledescription]') ?? []) {
    part.removeAttribute('aria-roledescription');
  }
  return {
    step: (by: 1 | -1) => (by === 1 ? pswp.next() : pswp.prev()),
    /** The slides as they are now; the one shown must be among them. */
    update: (next: readonly LightboxSlide[]) => withSlide((slide) => replaceSlides(pswp, slide, next)),
    zoomBy: (factor: number) => withSlide((slide) => slide.zoomTo(slide.currZoomLevel * factor, undefined, zoomMs)),
    reset: () => withSlide((slide) => slide.zoomTo(slide.zoomLevels.initial, undefined, zoomMs)),
    panBy: (by: Point) => withSlide((slide) => slide.panTo(slide.pan.x + by.x, slide.pan.y + by.y)),
    isZoomed: () => pswp.currSlide?.isPannable() ?? false,
    rotate: () => withSlide(rotate),
    /** Puts the picture on the clipboard; rejects when the browser refuses. */
    copy: () => copyPicture(pswp.currSlide?.content.element),
    destroy() {
      pswp.off('close', events.onClose);
      pswp.destroy();
    },
  };
}

/** A PDF scrolls and a video has controls: PhotoSwipe does not hear of the pointers that are for them. */
function leaveGesturesToContent(pswp: PhotoSwipe): void {
  pswp.on('pointerDown', (event) => {
    const { pointerType, target, clientY } = event.originalEvent;
    if (pswp.currSlide?.data.type === 'image' || !(target instanceof Element)) return;
    const isOnControls = target.matches('video') && target.getBoundingClientRect().bottom - clientY < controlsPx;
    const isZoomed = target.closest('[data-zoomed="true"]') !== null;
    if (pointerType === 'mouse' || isOnControls || isZoomed) event.preventDefault();
  });
  pswp.on('verticalDrag', (event) => {
    if (pswp.currSlide?.data.type === 'pdf') event.preventDefault();
  });
}

/**
 * PhotoSwipe goes by the speed of the last 50 ms, of which a busy phone may have seen nothing: a swipe that was quick or
 * long as a whole counts as well, unless the finger was on its way back.
 */
function rememberWholeSwipes(pswp: PhotoSwipe): void {
  let start = { x: 0, y: 0, at: 0 };
  pswp.on('pointerDown', ({ originalEvent: { pageX: x, pageY: y, timeStamp: at } }) => {
    start = { x, y, at };
  });
  pswp.on('pointerUp', ({ originalEvent: { type, pageX: x, pageY: y, timeStamp } }) => {
    const { dragAxis: axis, velocity, isMultitouch } = pswp.gestures;
    const isSwipe = axis === 'x' ? pswp.mainScroll.isShifted() : pswp.bgOpacity < 1;
    if (!axis || !isSwipe || isMultitouch || type === 'pointercancel') return;
    const way = { x: x - start.x, y: y - start.y }[axis];
    const isWhole = Math.abs(way) > (timeStamp - start.at < quickMs ? quickPx : longPx)[axis];
    if (isWhole && velocity[axis] * way >= 0) velocity[axis] += Math.sign(way) * swipeSpeed;
  });
}

/** Keeps the slide that is shown, with its zoom and its playing video, wherever it now is among the others. */
function replaceSlides(pswp: PhotoSwipe, slide: Slide, next: readonly LightboxSlide[]): void {
  const signatureOf = (slides: typeof pswp.options.dataSource) =>
    Array.isArray(slides) ? slides.map(({ id, src }) => `${id} ${src}`).join() : '';
  const index = next.findIndex(({ id }) => id === slide.data.id);
  if (index === -1 || signatureOf(pswp.options.dataSource) === signatureOf([...next])) return;
  // PhotoSwipe keeps loaded content by its place.
  for (let place = pswp.getNumItems(); place-- > 0; ) pswp.contentLoader.removeByIndex(place);
  pswp.options.dataSource = [...next];
  pswp.potentialIndex += index - pswp.currIndex;
  pswp.currIndex = slide.index = slide.content.index = index;
  pswp.contentLoader.addToCache(slide.content);
  for (const beside of [index - 1, index + 1]) pswp.refreshSlideContent(beside);
  // The preview of what no browser draws may have come while somebody waits for it.
  if (slide.content.isError()) pswp.refreshSlideContent(index);
}
