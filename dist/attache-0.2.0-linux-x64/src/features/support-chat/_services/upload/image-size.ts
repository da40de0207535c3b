import { imageSize } from 'image-size';

/** Pixels as they are shown, that is with the orientation applied; null when the first bytes do not tell. */
export function readImageSize(head: Uint8Array): { width: number; height: number } | null {
  try {
    const { width, height, orientation } = imageSize(head);
    if (!isPlausible(width) || !isPlausible(height)) return null;
    // Exif orientations 5 to 8 lie on their side.
    return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return null;
  }
}

/** A header may claim anything; what no picture has would only be refused by the database's integer. */
function isPlausible(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels > 0 && pixels <= 1_000_000;
}
