import { findMediaType, findTypeByName } from '#shared/file-type/media-types.ts';
import type { AttachmentKind } from '../../_api/types.ts';

/** A guess for the preview before sending; Windows and Linux give no type at all for heic and some others. */
export function guessKind(name: string, mimeType: string): AttachmentKind {
  return (findMediaType(mimeType) ?? findTypeByName(name))?.kind ?? 'file';
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
