export interface PictureSize {
  width: number;
  height: number;
}

interface Bounds {
  /** A square that most pictures fit into. */
  side: number;
  /** Of a long and narrow picture the short side keeps so much, within the two limits that follow. */
  shortSide: number;
  longSide: number;
  pixels: number;
}

/** From here on a picture is long and narrow: a screenshot of a whole page, a panorama. */
const NARROW_RATIO = 2.5;
/** WebP, https://developers.google.com/speed/webp/faq#what_is_the_maximum_size_a_webp_image_can_be */
const MAX_WEBP_SIDE = 16_383;

const BOUNDS: Readonly<Record<'thumbnail' | 'preview', Bounds>> = {
  thumbnail: { side: 480, shortSide: 240, longSide: 1600, pixels: 480 * 480 },
  preview: { side: 2048, shortSide: 1080, longSide: MAX_WEBP_SIDE, pixels: 20_000_000 },
};

/**
 * The size of a rendition, never larger than the original. A long and narrow picture is bounded by its short side, so
 * that the text of a screenshot of a whole page can be read.
 */
export function renditionSize(variant: 'thumbnail' | 'preview', { width, height }: PictureSize): PictureSize {
  const { side, shortSide, longSide, pixels } = BOUNDS[variant];
  const [short, long] = width < height ? [width, height] : [height, width];
  const narrow = Math.min(shortSide / short, longSide / long, Math.sqrt(pixels / (width * height)));
  const scale = Math.min(1, long > short * NARROW_RATIO ? Math.max(side / long, narrow) : side / long);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
