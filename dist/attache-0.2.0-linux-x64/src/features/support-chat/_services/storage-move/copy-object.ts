import { createHash } from 'node:crypto';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { checksumOf, isChecksum } from '../jobs/file-checksum.ts';

export interface ObjectToCopy {
  path: string;
  sizeBytes: number;
  mimeType: string | null;
  /** The row's tag; compared when it is a SHA-256. */
  etag: string | null;
}

/** The bytes in the one place are not those in the other, or not those that were once stored. */
export class CopyMismatchError extends Error {
  override readonly name = 'CopyMismatchError';
}

/**
 * Copies an object to another storage and reads it back: the SHA-256 of what the source gave, of what the target gives
 * and, where the row knows it, of what was once uploaded must be one. An equal object that is there already (an earlier
 * run was killed before it wrote the row) is kept. On a mismatch nothing is left in the target.
 * @throws CopyMismatchError, StorageObjectMissingError, StorageUnavailableError
 */
export async function copyObject(
  from: FileStorage,
  to: FileStorage,
  object: ObjectToCopy,
): Promise<'copied' | 'present'> {
  const there = await to.stat(object.path);
  if (there?.sizeBytes === object.sizeBytes) {
    const wanted = isChecksum(object.etag) ? object.etag : await checksumOf(from, object.path);
    if ((await checksumOf(to, object.path)) === wanted) return 'present';
  }
  const hash = createHash('sha256');
  const source = await from.open(object.path);
  await to.put(object.path, hashing(source, hash), object.mimeType === null ? {} : { contentType: object.mimeType });
  const sent = hash.digest('hex');
  if (isChecksum(object.etag) && object.etag !== sent) {
    await to.delete(object.path);
    throw new CopyMismatchError('the source has other bytes than were once stored; see the doctor');
  }
  if ((await checksumOf(to, object.path)) !== sent) {
    await to.delete(object.path);
    throw new CopyMismatchError('the target gave back other bytes than it was sent');
  }
  return 'copied';
}

async function* hashing(source: AsyncIterable<Uint8Array>, hash: { update(chunk: Uint8Array): unknown }) {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}
