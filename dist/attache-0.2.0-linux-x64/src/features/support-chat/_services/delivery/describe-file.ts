import type { DeliverableFile as DescribedFile } from '#shared/http/file-decision.ts';
import type { DeliverableFile, Variant } from '../../_repositories/find-deliverable.ts';

/** A row as the decision wants it. A rendition gets an id of its own, for the entity tag of rows that have none. */
export function describeFile(file: DeliverableFile, variant: Variant | null): DescribedFile {
  const { attachmentId, sizeBytes, mimeType, etag, lastModified, fileName } = file;
  const id = variant === 'original' || variant === null ? attachmentId : `${attachmentId}-${variant}`;
  return { id, sizeBytes, mimeType, etag, lastModified, fileName };
}
