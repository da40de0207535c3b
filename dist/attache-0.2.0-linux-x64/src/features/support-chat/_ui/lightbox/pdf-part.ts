import type { Size } from './zoom-state.ts';

/** A part of a page, in CSS pixels from its top left corner. */
export interface Part extends Size {
  left: number;
  top: number;
}

/**
 * Pixels of the picture of a whole page. Several pages are near the screen at a time, and iOS gives all canvases of a
 * tab some 380 MB, four bytes a pixel.
 */
export const wholeMostPixels = 6_000_000;
/** Pixels of the sharp part over it; Safari draws nothing on a canvas of more than 16.7 million. */
export const partMostPixels = 12_000_000;
/** Drawn around what is seen, as a share of the screen, so that a short scroll shows nothing blurred. */
const margin = 0.25;

/** Canvas pixels for one CSS pixel: the screen's own where the limit allows, else fewer. */
export function chooseDensity(size: Size, screenDensity: number, mostPixels: number): number {
  return Math.min(screenDensity, Math.sqrt(mostPixels / (size.width * size.height)));
}

function covers(part: Part, other: Part): boolean {
  return (
    part.left <= other.left &&
    part.top <= other.top &&
    part.left + part.width >= other.left + other.width &&
    part.top + part.height >= other.top + other.height
  );
}

/** What of a page is on the screen; null: nothing. */
function clipToPage(seen: Part, page: Size): Part | null {
  const left = Math.max(0, seen.left);
  const top = Math.max(0, seen.top);
  const width = Math.min(page.width, seen.left + seen.width) - left;
  const height = Math.min(page.height, seen.top + seen.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

/**
 * The part to draw sharply, given the screen's place on the page and what is drawn already: the same object while that
 * covers what is seen.
 */
export function choosePart(screen: Part, page: Size, drawn: Part | null): Part | null {
  const seen = clipToPage(screen, page);
  if (seen === null || (drawn !== null && covers(drawn, seen))) return drawn;
  const x = screen.width * margin;
  const y = screen.height * margin;
  const wider = {
    left: screen.left - x,
    top: screen.top - y,
    width: screen.width + 2 * x,
    height: screen.height + 2 * y,
  };
  return clipToPage(wider, page);
}
