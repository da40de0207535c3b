import { pipeline, Readable } from 'node:stream';
import { createMetadataStripper } from '#shared/metadata-strip/create-metadata-stripper.ts';

export type Cleanse = (bytes: AsyncIterable<Uint8Array>, mimeType: string) => AsyncIterable<Uint8Array>;

/** Takes places and serial numbers out of photos and films while they pass, before anything is stored. */
export const stripPrivateMetadata: Cleanse = (bytes, mimeType) => {
  const stripper = createMetadataStripper(mimeType);
  if (stripper === null) return bytes;
  // `pipeline` and not `pipe`: an upload that is cut off must end the filter too, and with the same error.
  return pipeline(Readable.from(bytes), stripper, () => {});
};

/** For operators who need files exactly as they were sent. */
export const keepMetadata: Cleanse = (bytes) => bytes;
