import { extensionOfName, findAllowedType, findTypeByName } from '#shared/file-type/allowed-types.ts';
import type { AttachmentKind } from '../../_api/dto/chat-dto.ts';

/** A guess for the preview before sending; Windows and Linux give no type at all for heic and some others. */
export function guessKind(name: string, mimeType: string): AttachmentKind {
  return (findAllowedType(mimeType) ?? findTypeByName(name))?.kind ?? 'file';
}

/**
 * Whether a file may be offered. Only what is surely refused is stopped here: a file without extension and type, or a
 * text in a language we do not list, gets its answer from the server, which reads the bytes.
 */
export function mayBeAllowed({ name, type }: { name: string; type: string }): boolean {
  if (findAllowedType(type) ?? findTypeByName(name)) return true;
  if (type === '') return extensionOfName(name) === '';
  return type.startsWith('text/') && type !== 'text/html' && type !== 'text/javascript';
}

export interface MediaSize {
  width: number;
  height: number;
}

/** Size in CSS pixels with orientation applied, or null when this browser cannot show the file (heic in Chromium). */
export async function measureLocalMedia(kind: AttachmentKind, url: string): Promise<MediaSize | null> {
  if (kind === 'image') {
    const image = new Image();
    image.src = url;
    try {
      await image.decode();
    } catch {
      return null;
    }
    return image.naturalWidth > 0 ? { width: image.naturalWidth, height: image.naturalHeight } : null;
  }
  if (kind !== 'video') return null;
  return new Promise((resolve) => {
    const video = document.createElement('video');
    video.preload = 'metadata';
    video.onloadedmetadata = () =>
      resolve(video.videoWidth > 0 ? { width: video.videoWidth, height: video.videoHeight } : null);
    video.onerror = () => resolve(null);
    video.src = url;
  });
}
