/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2) inside a buffer; offsets are of that buffer. */
export type IsoBox = { type: string; start: number; bodyStart: number; end: number };

/** Latin-1, because QuickTime names boxes with the copyright sign. */
export function readFourCc(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The boxes that stand side by side in `bytes[start, end)`. Ends at the first one that is not whole. */
export function* isoBoxes(bytes: Uint8Array, start: number, end: number): Generator<IsoBox, void, void> {
  const view = viewOf(bytes);
  let at = start;
  while (at + 8 <= end) {
    const shortSize = view.getUint32(at);
    const isLong = shortSize === 1;
    if (isLong && at + 16 > end) return;
    const size = isLong ? Number(view.getBigUint64(at + 8)) : shortSize === 0 ? end - at : shortSize;
    const bodyStart = at + (isLong ? 16 : 8);
    if (at + size < bodyStart || at + size > end) return;
    yield { type: readFourCc(bytes, at + 4), start: at, bodyStart, end: at + size };
    at += size;
  }
}

export function findBox(bytes: Uint8Array, start: number, end: number, type: string): IsoBox | null {
  for (const box of isoBoxes(bytes, start, end)) if (box.type === type) return box;
  return null;
}
