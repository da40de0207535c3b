import { pipeline, Readable } from 'node:stream';
import { createMetadataStripper } from '#shared/metadata-strip/create-metadata-stripper.ts';

export type StripMetadata = (bytes: AsyncIterable<Uint8Array>, mimeType: string) => AsyncIterable<Uint8Array>;

/** Strips locations and serial numbers from photos and videos as they stream in, before anything is stored. */
export const stripPrivateMetadata: StripMetadata = (bytes, mimeType) => {
  const stripper = createMetadataStripper(mimeType);
  if (stripper === null) return bytes;
  // `pipeline` and not `pipe`: an upload that is cut off must end the filter too, and with the same error.
  return pipeline(Readable.from(bytes), stripper, () => {});
};

/** For operators who need files exactly as they were sent. */
export const keepMetadata: StripMetadata = (bytes) => bytes;
