import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { DoomedAttachment } from '../../_repositories/cleanup-repository.ts';

export interface FreedObjects {
  /** Attachments of which no object is left. */
  freed: DoomedAttachment[];
  failed: { attachment: DoomedAttachment; error: Error }[];
}

/** Deletes the objects of a batch, the renditions included. One stubborn object fails its own attachment only. */
export async function freeObjects(
  storages: StorageRegistry,
  batch: readonly DoomedAttachment[],
): Promise<FreedObjects> {
  const errors = new Map<string, Error>();
  const byDriver = Map.groupBy(batch.flatMap(objectsOf), (object) => object.storageDriver);
  for (const [driver, objects] of byDriver) {
    const attachmentOf = new Map(objects.map((object) => [object.storagePath, object.attachmentId]));
    for (const failure of await deleteObjects(storages, driver, [...attachmentOf.keys()])) {
      const attachmentId = attachmentOf.get(failure.path);
      if (attachmentId !== undefined) errors.set(attachmentId, failure.error);
    }
  }
  const result: FreedObjects = { freed: [], failed: [] };
  for (const attachment of batch) {
    const error = errors.get(attachment.id);
    if (error) result.failed.push({ attachment, error });
    else result.freed.push(attachment);
  }
  return result;
}

/** Bytes of the file and its renditions. */
export function storedBytesOf(attachment: DoomedAttachment): number {
  return attachment.renditions.reduce((sum, rendition) => sum + rendition.sizeBytes, attachment.sizeBytes);
}

export function storedPathsOf(attachment: DoomedAttachment): string[] {
  return [attachment.storagePath, ...attachment.renditions.map((rendition) => rendition.storagePath)];
}

function objectsOf(attachment: DoomedAttachment) {
  return [attachment, ...attachment.renditions].map(({ storagePath, storageDriver }) => ({
    attachmentId: attachment.id,
    storagePath,
    storageDriver,
  }));
}

async function deleteObjects(
  storages: StorageRegistry,
  driver: string | null,
  paths: string[],
): Promise<{ path: string; error: Error }[]> {
  try {
    const storage = await storages.for(driver);
    return (await storage.deleteMany(paths)).failed;
  } catch (error) {
    const reason = error instanceof Error ? error : new Error('unknown storage error');
    return paths.map((path) => ({ path, error: reason }));
  }
}
