import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareStoragePaths } from '../../storage-path.ts';
import { isMissing } from './local-errors.ts';

/**
 * Names held of one folder at a time. A folder with more is read again from its start for each further batch: a
 * million files cost ten readings and the memory of two batches, instead of the memory of them all.
 */
const BATCH_NAMES = 100_000;

/**
 * Paths of the files below `root` that begin with `prefix` and come after `after`, in UTF-8 order of the whole path.
 * A folder sorts as its name with a slash (`a.txt` before `a/x`, since `.` is smaller than `/`), which makes a
 * depth-first walk the order of the paths. No descriptor stays open between two results.
 */
export async function* walkFolder(
  root: string,
  prefix: string,
  after: string,
  batchNames = BATCH_NAMES,
): AsyncGenerator<string, void, undefined> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  yield* walk({ root, prefix, after, batchNames }, folder);
}

interface Walk {
  root: string;
  prefix: string;
  after: string;
  batchNames: number;
}

async function* walk(order: Walk, folder: string): AsyncGenerator<string, void, undefined> {
  let last: string | null = null;
  while (true) {
    const batch = await readBatch(order, folder, last);
    for (const entry of batch) {
      if (entry.endsWith('/')) yield* walk(order, entry);
      else yield entry;
    }
    if (batch.length < order.batchNames) return;
    last = batch.at(-1) ?? null;
  }
}

/** The smallest entries after `last`, ascending; folders end with a slash. */
async function readBatch(order: Walk, folder: string, last: string | null): Promise<string[]> {
  let entries: string[] = [];
  const trim = () => {
    entries.sort(compareStoragePaths);
    entries = entries.slice(0, order.batchNames);
  };
  try {
    for await (const dirent of await opendir(join(order.root, folder), { bufferSize: 512 })) {
      if (folder === '' && dirent.name === '.tmp') continue;
      if (!dirent.isFile() && !dirent.isDirectory()) continue;
      const entry = folder + dirent.name + (dirent.isDirectory() ? '/' : '');
      if (last !== null && compareStoragePaths(entry, last) <= 0) continue;
      if (!isWanted(order, entry)) continue;
      entries.push(entry);
      if (entries.length >= 2 * order.batchNames) trim();
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  trim();
  return entries;
}

function isWanted(order: Walk, entry: string): boolean {
  if (!entry.startsWith(order.prefix)) return false;
  if (compareStoragePaths(entry, order.after) > 0) return true;
  return entry.endsWith('/') && order.after.startsWith(entry);
}
