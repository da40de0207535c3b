/** A JPEG has its Exif in front; the other formats may have it anywhere and are read whole. */
const jpegHeadBytes = 256 * 1024;
/** Reading more than this only for a hint would stall a phone. */
const mostBytes = 24 * 1024 * 1024;

/** Whether a photo says where it was taken. Never throws: the hint is a courtesy, the server strips the place anyway. */
export async function carriesPlace(file: Blob, mimeType: string): Promise<boolean> {
  const head = mimeType === 'image/jpeg' ? file.slice(0, jpegHeadBytes) : file;
  if (head.size > mostBytes) return false;
  try {
    const { findPhotoPlace } = await import('#shared/metadata-strip/photo-place.ts');
    return findPhotoPlace(new Uint8Array(await head.arrayBuffer()));
  } catch {
    return false;
  }
}
