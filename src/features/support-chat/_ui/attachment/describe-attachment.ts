import type { AttachmentDto } from '../../_api/types.ts';

/** Types every browser of today draws. HEIC, TIFF and SVG need a rendition made by the server. */
const drawable: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);

export const isDrawable = (mimeType: string): boolean => drawable.has(mimeType);

/** While a rendition is being made, the original stands in only when it is no burden. */
const smallOriginalBytes = 3 * 1024 * 1024;

export type PictureState = 'shown' | 'pending' | 'none';

export interface PictureSource {
  state: PictureState;
  url: string | null;
}

type Picture = Pick<AttachmentDto, 'mimeType' | 'sizeBytes' | 'thumbnailUrl' | 'previewUrl' | 'url' | 'previewState'>;

/** What to draw in the conversation for a picture: the small rendition, the original, or nothing yet. */
export function findPicture(attachment: Picture): PictureSource {
  // A rendition holds one frame; what moves must move.
  const isMoving = attachment.mimeType === 'image/gif';
  const small = isMoving ? (attachment.previewUrl ?? attachment.url) : attachment.thumbnailUrl;
  if (small) return { state: 'shown', url: small };
  const isPending = attachment.previewState === 'pending';
  if (isDrawable(attachment.mimeType) && (!isPending || attachment.sizeBytes <= smallOriginalBytes)) {
    return { state: 'shown', url: attachment.url };
  }
  return { state: isPending ? 'pending' : 'none', url: null };
}

export type AttachmentLook = 'tile' | 'audio' | 'pdf' | 'file';

/** How an attachment is shown: as a tile of the album, as a player or as a card. */
export function lookOf(attachment: AttachmentDto): AttachmentLook {
  if (attachment.lost) return 'file';
  if (attachment.kind === 'video') return 'tile';
  if (attachment.kind === 'image') return findPicture(attachment).state === 'none' ? 'file' : 'tile';
  if (attachment.kind === 'audio' || attachment.kind === 'pdf') return attachment.kind;
  return 'file';
}

/** The lightbox shows pictures, video and PDF; the rest is downloaded. */
export function canView(attachment: AttachmentDto): boolean {
  if (attachment.lost) return false;
  return attachment.kind === 'pdf' || lookOf(attachment) === 'tile';
}

export function downloadUrl(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}download=1`;
}

/** Order in a bubble: what is seen first, then what is heard, then what is read. */
export function groupAttachments(attachments: readonly AttachmentDto[]) {
  const withLook = (look: AttachmentLook) => attachments.filter((attachment) => lookOf(attachment) === look);
  return { tiles: withLook('tile'), audio: withLook('audio'), cards: [...withLook('pdf'), ...withLook('file')] };
}
