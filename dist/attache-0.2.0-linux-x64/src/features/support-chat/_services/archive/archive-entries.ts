import { Readable } from 'node:stream';
import type { FilePosition, ListedFile } from '#entities/support-chat/_repositories/file-list-repository.ts';
import { StorageObjectMissingError } from '#shared/lib/file-storage/storage-errors.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { ArchiveNames } from '../../_domain/archive-names.ts';
import type { ZipEntry } from './send-zip.ts';

export interface ArchiveSource {
  storages: StorageRegistry;
  /** The next files, oldest first. @throws when the reader may not read on */
  nextPage(beyond: FilePosition | null): Promise<ListedFile[]>;
  onAdded(file: ListedFile): void;
}

/** What deflate makes notably smaller; everything else people send is compressed by its own format. */
const COMPRESSIBLE = /^text\/|^image\/(svg\+xml|bmp|x-ms-bmp)$|^audio\/(x-)?wav$|^application\/(msword|vnd\.ms-)/;

/** The files of a conversation one by one, each opened when it is its turn. A lost one is named in a note at the end. */
export async function* archiveEntries(source: ArchiveSource, signal: AbortSignal): AsyncGenerator<ZipEntry> {
  const names = new ArchiveNames();
  const missing: string[] = [];
  let beyond: FilePosition | null = null;
  for (;;) {
    const page: ListedFile[] = await source.nextPage(beyond);
    for (const file of page) {
      const name = names.take(file.name, file.mimeType);
      const opened = await openUnlessMissing(source.storages, file, signal);
      if (opened === null) {
        missing.push(name);
        continue;
      }
      const { sentAt: modifiedAt, sizeBytes, mimeType } = file;
      yield { name, modifiedAt, sizeBytes, compress: COMPRESSIBLE.test(mimeType), source: opened };
      source.onAdded(file);
    }
    beyond = page.at(-1) ?? null;
    if (beyond === null) break;
  }
  if (missing.length > 0) yield noteOf(missing, names);
}

async function openUnlessMissing(
  storages: StorageRegistry,
  { storagePath, storageDriver }: ListedFile,
  signal: AbortSignal,
): Promise<Readable | null> {
  try {
    return await (await storages.for(storageDriver)).open(storagePath, { signal });
  } catch (error) {
    if (error instanceof StorageObjectMissingError) return null;
    throw error;
  }
}

function noteOf(missing: readonly string[], names: ArchiveNames): ZipEntry {
  const text = Buffer.from(`These files could not be found any more:\n${missing.join('\n')}\n`);
  const name = names.take('missing-files.txt', 'text/plain');
  return { name, modifiedAt: new Date(), sizeBytes: text.length, compress: true, source: Readable.from([text]) };
}
