import type { AttachmentDto } from '../../_api/types.ts';
import { isDrawable } from '../attachment/describe-attachment.ts';
import { thumbhashUrl } from '../attachment/thumbhash-url.ts';
import type { LocalPicture } from '../attachment/use-local-picture.ts';

/** The decoded original takes four bytes a pixel: 256 MB at most, of one picture at a time. */
const originalMaxPixels = 64_000_000;

export type LightboxSlide = ReturnType<typeof toSlide>;

/**
 * A file as PhotoSwipe takes it: it loads and zooms an `image` itself and makes an empty element for the rest.
 *
 * @param local the file, if it was sent from this tab
 */
export function toSlide(attachment: AttachmentDto, local: LocalPicture | undefined, error: string) {
  const { id, name, kind, mimeType, url, previewUrl, thumbnailUrl, thumbhash } = attachment;
  const width = attachment.width ?? local?.width ?? 0;
  const height = attachment.height ?? local?.height ?? 0;
  const isImage = kind !== 'video' && kind !== 'pdf';
  const hasMore = !local && previewUrl !== null && isDrawable(mimeType) && width * height <= originalMaxPixels;
  return {
    id,
    type: isImage ? 'image' : kind,
    alt: name,
    src: local?.url ?? previewUrl ?? url,
    /** Shown until `src` is loaded, and instead of it on the slides beside: nobody has opened those. */
    msrc: thumbnailUrl ?? thumbhashUrl(thumbhash) ?? undefined,
    /** Pixels; 0 until the server or the loaded picture tells. A video and a PDF take the whole screen. */
    width: isImage ? width : 0,
    height: isImage ? height : 0,
    /** The file itself, where it has more pixels than `src` and every browser draws it. */
    original: hasMore ? url : null,
    mayBeTransparent: mimeType !== 'image/jpeg',
    error,
  };
}
