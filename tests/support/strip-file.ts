import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createMetadataStripper } from '#shared/metadata-strip/create-metadata-stripper.ts';

/** Runs a file in chunks of this size through the metadata stripper of its type. @throws when there is none */
export async function stripFile(mimeType: string, file: Buffer, chunkBytes = 65_536): Promise<Buffer> {
  const stripper = createMetadataStripper(mimeType);
  if (!stripper) throw new Error(`No stripper for ${mimeType}`);
  const chunks = Array.from({ length: Math.ceil(file.length / chunkBytes) }, (_, i) =>
    file.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  return buffer(Readable.from(chunks).pipe(stripper));
}
