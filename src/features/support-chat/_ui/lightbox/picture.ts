import type PhotoSwipe from 'photoswipe';

export type Slide = NonNullable<PhotoSwipe['currSlide']>;
type Content = Slide['content'] & { turns?: number };

/** How much wider than its pixels a picture may be stretched before the original is worth its bytes. */
const blurTolerance = 1.1;

/**
 * What PhotoSwipe lacks for pictures: nothing is fetched before its slide is shown, sizes nobody measured yet are taken
 * from the loaded picture, the zoom brings the original, and a picture can be turned.
 */
export function extendPictures(pswp: PhotoSwipe): void {
  // A preview counts in the record of who opened what; a thumbnail does not.
  pswp.on('contentLoadImage', (event) => {
    if (!event.content.slide?.isActive) event.preventDefault();
  });
  pswp.on('contentActivate', ({ content }) => {
    if (content.state === 'idle') content.loadImage(false);
  });
  pswp.addFilter('placeholderSrc', (src, content) => content.data.msrc ?? src);
  pswp.addFilter('contentErrorElement', (element, { data }) =>
    Object.assign(element, { textContent: data.error, className: 'lightbox-message' }),
  );
  pswp.on('loadComplete', ({ content, slide, isError }) => {
    const image = content.element;
    if (isError || !(image instanceof HTMLImageElement)) return;
    image.classList.toggle('may-be-transparent', content.data.mayBeTransparent);
    if (slide.width > 0) return;
    slide.width = content.width = image.naturalWidth;
    slide.height = content.height = image.naturalHeight;
    layOut(slide);
  });
  pswp.on('resolutionChanged', () => void (pswp.currSlide && showOriginal(pswp.currSlide)));
  pswp.on('contentResize', (event) => {
    const { turns = 0, element }: Content = event.content;
    if (turns === 0 || !element) return;
    event.preventDefault();
    const { width, height } = event;
    const [ownWidth, ownHeight] = turns % 2 === 1 ? [height, width] : [width, height];
    const shift = `translate(${turns < 3 ? width : 0}px, ${turns > 1 ? height : 0}px)`;
    const transform = `${shift} rotate(${turns * 90}deg)`;
    Object.assign(element.style, {
      width: `${ownWidth}px`,
      height: `${ownHeight}px`,
      transformOrigin: '0 0',
      transform,
    });
  });
  pswp.on('contentDeactivate', ({ content }: { content: Content }) => {
    if (content.turns && content.slide) rotate(content.slide, 4 - content.turns);
    const { original, src = '' } = content.data;
    if (content.element?.getAttribute('src') === original) content.element?.setAttribute('src', src);
  });
}

/** To the right, fitted. */
export function rotate(slide: Slide, quarters = 1): void {
  const content: Content = slide.content;
  content.placeholder?.destroy();
  content.placeholder = undefined;
  content.turns = ((content.turns ?? 0) + quarters) % 4;
  if (content.element) content.element.style.transform = '';
  if (quarters % 2 === 1) [slide.width, slide.height] = [slide.height, slide.width];
  layOut(slide);
}

function layOut(slide: Slide): void {
  slide.currZoomLevel = slide.zoomLevels.initial;
  slide.resize();
  slide.updateContentSize(true);
}

/** In place of the preview once it is decoded, until the slide is left. */
async function showOriginal({ content, width, height, currZoomLevel }: Slide): Promise<void> {
  const image = content.element;
  const { original } = content.data;
  if (!original || !(image instanceof HTMLImageElement) || image.getAttribute('src') === original) return;
  const wanted = Math.max(width, height) * currZoomLevel * window.devicePixelRatio;
  if (wanted <= Math.max(image.naturalWidth, image.naturalHeight) * blurTolerance) return;
  const loaded = Object.assign(new Image(), { src: original });
  // Where it cannot be loaded the preview stays.
  const isDecoded = loaded.decode().then(
    () => true,
    () => false,
  );
  if ((await isDecoded) && content.slide?.isActive) image.src = original;
}

/** Puts a picture on the clipboard, as PNG, the only type every browser takes. Throws when the browser refuses. */
export async function copyPicture(image: Slide['content']['element']): Promise<void> {
  if (!(image instanceof HTMLImageElement)) throw new Error('no picture is shown');
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  const png = new Promise<Blob>((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas gave no picture')))),
  );
  // The promise goes into the item: Safari allows the clipboard only in the turn of the press itself.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}
