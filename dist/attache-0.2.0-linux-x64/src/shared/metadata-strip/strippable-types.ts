export type StrippableFormat = 'jpeg' | 'png' | 'webp' | 'iso-bmff';

/**
 * Formats in which cameras and phones write place and serial numbers and from which they can be taken as the bytes pass.
 * Not TIFF: its directories may stand anywhere and point backwards, so it would have to be held whole; it stays as it is.
 */
const formats: Readonly<Record<string, StrippableFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/heic': 'iso-bmff',
  'image/heif': 'iso-bmff',
  'image/heic-sequence': 'iso-bmff',
  'image/heif-sequence': 'iso-bmff',
  'image/avif': 'iso-bmff',
  'video/mp4': 'iso-bmff',
  'video/x-m4v': 'iso-bmff',
  'video/quicktime': 'iso-bmff',
  'video/3gpp': 'iso-bmff',
  'video/3gpp2': 'iso-bmff',
  'audio/mp4': 'iso-bmff',
  'audio/x-m4a': 'iso-bmff',
};

/** The format whose metadata the upload removes, or null for files that are stored as they came. */
export function findStrippableFormat(mimeType: string): StrippableFormat | null {
  return Object.hasOwn(formats, mimeType) ? (formats[mimeType] ?? null) : null;
}
