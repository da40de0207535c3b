/**
 * Settles what file-type leaves open in two containers; null when it was right.
 * Pictures of the `mif1` brand name their coding among the compatible brands (ISO/IEC 23008-12, 10.2), and WebM without
 * a picture track is a voice message of a browser's recorder.
 */
export function readMediaBrand(bytes: Uint8Array, mimeType: string): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (mimeType === 'image/heif') {
    const brands = compatibleBrands(buffer);
    if (brands.includes('avif')) return 'image/avif';
    return brands.includes('heic') || brands.includes('heix') ? 'image/heic' : 'image/heif';
  }
  if (mimeType === 'video/webm') {
    const codecs = buffer.toString('latin1');
    return !/V_(VP8|VP9|AV1)/.test(codecs) && /A_(OPUS|VORBIS)/.test(codecs) ? 'audio/webm' : 'video/webm';
  }
  // Two letters are too little to believe: the header that follows has a length of its own.
  if (mimeType === 'image/bmp') {
    const headerBytes = buffer.length >= 18 ? buffer.readUInt32LE(14) : 0;
    return [12, 16, 40, 52, 56, 64, 108, 124].includes(headerBytes) ? 'image/bmp' : 'application/octet-stream';
  }
  return null;
}

function compatibleBrands(buffer: Buffer): string[] {
  const end = Math.min(buffer.readUInt32BE(0), buffer.length);
  const brands: string[] = [];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(buffer.toString('latin1', at, at + 4));
  return brands;
}
