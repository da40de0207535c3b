import { withEnding } from '#shared/http/disposition.ts';
import type { DeliverableFile as DescribedFile } from '#shared/http/file-decision.ts';
import type { DeliverableFile, Variant } from '../../_repositories/find-deliverable.ts';

/** A row as the decision wants it. A rendition gets an id of its own, for the entity tag of rows that have none. */
export function describeFile(file: DeliverableFile, variant: Variant | null): DescribedFile {
  const { attachmentId, sizeBytes, mimeType, etag, lastModified, fileName } = file;
  const facts = { sizeBytes, mimeType, etag, lastModified };
  if (variant === 'original' || variant === null) return { id: attachmentId, fileName, ...facts };
  return { id: `${attachmentId}-${variant}`, fileName: withEnding(fileName, 'webp'), ...facts };
}
