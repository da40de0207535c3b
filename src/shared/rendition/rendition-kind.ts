export type RenditionKind =
  | { kind: 'raster'; loader: 'Jpeg' | 'Png' | 'Nsgif' | 'Webp' | 'Tiff' }
  | { kind: 'bmp' | 'heic' | 'avif' | 'svg' | 'pdf' }
  | { kind: 'video' | 'audio'; demuxer: string };

const raster = (loader: 'Jpeg' | 'Png' | 'Nsgif' | 'Webp' | 'Tiff'): RenditionKind => ({
  kind: 'raster',
  loader,
});
const video = (demuxer: string): RenditionKind => ({ kind: 'video', demuxer });
const audio = (demuxer: string): RenditionKind => ({ kind: 'audio', demuxer });

/**
 * How each type is opened: by exactly one loader or demuxer. None is chosen by looking at the bytes, so a file cannot
 * talk its way into a parser that we do not expect, such as ffmpeg's playlists.
 */
const kinds: Readonly<Record<string, RenditionKind>> = {
  'image/jpeg': raster('Jpeg'),
  'image/png': raster('Png'),
  'image/apng': raster('Png'),
  'image/gif': raster('Nsgif'),
  'image/webp': raster('Webp'),
  'image/avif': { kind: 'avif' },
  'image/tiff': raster('Tiff'),
  'image/bmp': { kind: 'bmp' },
  'image/x-ms-bmp': { kind: 'bmp' },
  'image/heic': { kind: 'heic' },
  'image/heif': { kind: 'heic' },
  'image/heic-sequence': { kind: 'heic' },
  'image/heif-sequence': { kind: 'heic' },
  'image/svg+xml': { kind: 'svg' },
  'application/pdf': { kind: 'pdf' },
  'video/mp4': video('mov'),
  'video/x-m4v': video('mov'),
  'video/quicktime': video('mov'),
  'video/3gpp': video('mov'),
  'video/3gpp2': video('mov'),
  'video/webm': video('matroska'),
  'video/matroska': video('matroska'),
  'video/x-matroska': video('matroska'),
  'video/ogg': video('ogg'),
  'video/x-msvideo': video('avi'),
  'video/vnd.avi': video('avi'),
  'video/x-ms-asf': video('asf'),
  'video/mpeg': video('mpeg'),
  'video/mp2t': video('mpegts'),
  'video/x-flv': video('flv'),
  'audio/mpeg': audio('mp3'),
  'audio/mp4': audio('mov'),
  'audio/x-m4a': audio('mov'),
  'audio/ogg': audio('ogg'),
  'audio/opus': audio('ogg'),
  'audio/webm': audio('matroska'),
  'audio/wav': audio('wav'),
  'audio/x-wav': audio('wav'),
  'audio/vnd.wave': audio('wav'),
  'audio/flac': audio('flac'),
  'audio/x-flac': audio('flac'),
  'audio/aac': audio('aac'),
  'audio/amr': audio('amr'),
  'audio/3gpp': audio('mov'),
  'audio/3gpp2': audio('mov'),
  'audio/matroska': audio('matroska'),
  'audio/x-ms-asf': audio('asf'),
  'audio/x-caf': audio('caf'),
  'audio/aiff': audio('aiff'),
};

/** All types that have renditions. */
export const renderableTypes: readonly string[] = Object.keys(kinds);

/** How renditions of a type are made, or null when there are none. */
export function findRenditionKind(mimeType: string): RenditionKind | null {
  return Object.hasOwn(kinds, mimeType) ? (kinds[mimeType] ?? null) : null;
}
