import { createOrientationTiff } from './exif-tiff.ts';
import type { MetadataItem } from './heif-items.ts';

/**
 * What an Exif item begins with once it is blank: the distance to the TIFF header (0), then a TIFF that says "upright".
 * In HEIF the rotation is a property of the picture, and the Exif orientation must be ignored (ISO/IEC 23008-12, 6.5.10).
 */
const blankExif = Buffer.concat([Buffer.alloc(4), createOrientationTiff(1)]);

function itemBytes(item: MetadataItem): number {
  return item.extents.reduce((sum, extent) => sum + extent.bytes, 0);
}

/**
 * Overwrites, in place, what `target` holds of the item. Blanking never changes a length, so no offset goes wrong.
 * @param offset where `target` begins, counted as the item's extents are.
 */
export function blankHeifItem(target: Buffer, offset: number, item: MetadataItem): void {
  const start = item.kind === 'exif' && itemBytes(item) >= blankExif.length ? blankExif : Buffer.alloc(0);
  for (const extent of item.extents) {
    const from = Math.max(extent.start, offset);
    const to = Math.min(extent.start + extent.bytes, offset + target.length);
    if (from >= to) continue;
    target.fill(item.kind === 'xmp' ? 0x20 : 0, from - offset, to - offset);
    const atInItem = extent.atInItem + (from - extent.start);
    if (atInItem < start.length)
      start.copy(target, from - offset, atInItem, Math.min(start.length, atInItem + to - from));
  }
}

/** True when some byte of the item lies in `[offset, offset + length)`. */
export function touchesHeifItem(offset: number, length: number, item: MetadataItem): boolean {
  return item.extents.some((extent) => extent.start < offset + length && offset < extent.start + extent.bytes);
}
