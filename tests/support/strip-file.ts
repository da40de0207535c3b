import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createMetadataStripper } from '#shared/metadata-strip/create-metadata-stripper.ts';

/** The whole file as it leaves the stripper of its type, having come in chunks of this size. */
export async function stripFile(mimeType: string, file: Buffer, chunkBytes = 65_536): Promise<Buffer> {
  const stripper = createMetadataStripper(mimeType);
  if (!stripper) throw new Error(`nothing strips ${mimeType}`);
  const chunks = Array.from({ length: Math.ceil(file.length / chunkBytes) }, (_, i) =>
    file.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  return buffer(Readable.from(chunks).pipe(stripper));
}
