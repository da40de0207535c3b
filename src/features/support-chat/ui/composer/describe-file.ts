import type { AttachmentKind } from '../../dto/chat-dto.ts';

const kindsByExtension: Record<string, AttachmentKind> = {
  heic: 'image',
  heif: 'image',
  avif: 'image',
  mov: 'video',
  m4a: 'audio',
  flac: 'audio',
  pdf: 'pdf',
  txt: 'text',
  csv: 'text',
};

export function readExtension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** A guess for the preview before sending; Windows and Linux give no type at all for heic and some others. */
export function guessKind(name: string, mimeType: string): AttachmentKind {
  const [family] = mimeType.split('/');
  // An svg may hold scripts and is shown as a card on the server's word, never as a picture.
  if (mimeType === 'image/svg+xml') return 'file';
  if (family === 'image' || family === 'video' || family === 'audio') return family;
  if (mimeType === 'application/pdf') return 'pdf';
  if (mimeType === 'text/plain' || mimeType === 'text/csv') return 'text';
  return kindsByExtension[readExtension(name)] ?? 'file';
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
