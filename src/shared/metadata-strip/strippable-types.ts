export type StrippableFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'iso-bmff' | 'webm' | 'ogg';

/** Formats in which cameras, phones and programs write places, serial numbers, names and titles. */
const formats: Readonly<Record<string, StrippableFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/tiff': 'tiff',
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
  'audio/3gpp': 'iso-bmff',
  'audio/3gpp2': 'iso-bmff',
  'audio/mp4': 'iso-bmff',
  'audio/x-m4a': 'iso-bmff',
  'video/webm': 'webm',
  'audio/webm': 'webm',
  'video/matroska': 'webm',
  'video/x-matroska': 'webm',
  'audio/matroska': 'webm',
  'video/ogg': 'ogg',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
};

/** The format whose metadata the upload removes, or null for files that are stored as they came. */
export function findStrippableFormat(mimeType: string): StrippableFormat | null {
  return Object.hasOwn(formats, mimeType) ? (formats[mimeType] ?? null) : null;
}
