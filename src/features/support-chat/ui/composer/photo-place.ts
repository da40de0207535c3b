const mayCarryPlace: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/heic',
  'image/heif',
  'image/webp',
  'image/png',
  'image/tiff',
  'image/avif',
]);

/** Phones write the place into the first kilobytes; reading a whole panorama for it would stall the page. */
const headBytes = 512 * 1024;

/** Whether a photo says where it was taken. Never throws: the hint is a courtesy, the server strips the place anyway. */
export async function carriesPlace(file: Blob, mimeType: string): Promise<boolean> {
  if (!mayCarryPlace.has(mimeType)) return false;
  try {
    const { findPhotoPlace } = await import('#shared/metadata-strip/photo-place.ts');
    const bytes = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
    return findPhotoPlace(bytes) !== null;
  } catch {
    return false;
  }
}
