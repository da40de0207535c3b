import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { throwIfAborted } from '../_model/abort.ts';
import { mapWithLimit } from '../_model/map-with-limit.ts';
import { PutBody } from '../_model/put-body.ts';
import { StorageUnavailableError } from '../storage-errors.ts';
import { assertStoragePath } from '../storage-path.ts';
import type { LocalStorageSettings } from '../storage-settings.ts';
import type {
  DeleteManyResult,
  FileStorage,
  ListOptions,
  ListPage,
  Offload,
  OpenOptions,
  PutOptions,
  PutResult,
  StoredObject,
} from '../types.ts';
import { openExactly } from './local/exact-file-reader.ts';
import { FolderListing } from './local/folder-listing.ts';
import { codeOf, isMissing, toStorageError, toUnavailable } from './local/local-errors.ts';

/** The `internal` location that the reverse proxy maps to the storage folder (docs/storage.md). */
export const INTERNAL_LOCATION = '/attache-storage/';

/** Owner writes, group reads: nginx can be let in by its group for X-Accel-Redirect, nobody else. */
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;
const PARALLEL_CALLS = 16;

/**
 * Files below one folder. A put writes to `.tmp` in the same folder (so that the rename cannot cross file systems),
 * and is visible and durable only after file and folders are on the disk.
 */
export class LocalStorage implements FileStorage {
  readonly driver = 'local';
  readonly offload: Offload = { internalRedirect: (path) => internalRedirect(path) };
  readonly #root: string;
  readonly #temporary: string;
  readonly #listing: FolderListing;
  /** Folders whose own entry is known to be on the disk; bounded by `#remember`. */
  readonly #durableFolders = new Set<string>();

  constructor(settings: LocalStorageSettings) {
    this.#root = resolve(settings.dir);
    this.#temporary = join(this.#root, '.tmp');
    this.#listing = new FolderListing(this.#root);
  }

  async put(path: string, source: Readable | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<PutResult> {
    const body = new PutBody(source, options.signal);
    try {
      const target = this.#fileOf(path);
      throwIfAborted(options.signal);
      await this.#writeThenRename(target, async (temporary) => {
        await writeDurably(temporary, body);
        throwIfAborted(options.signal);
      });
      return { sizeBytes: body.sizeBytes };
    } catch (error) {
      body.discard();
      throw body.explain(error, toUnavailable);
    }
  }

  async open(path: string, options: OpenOptions = {}): Promise<Readable> {
    return openExactly(this.#fileOf(path), options);
  }

  async stat(path: string): Promise<StoredObject | null> {
    try {
      const stats = await stat(this.#fileOf(path));
      return stats.isFile() ? { path, sizeBytes: stats.size, lastModified: stats.mtime } : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error instanceof TypeError ? error : toStorageError(error);
    }
  }

  async delete(path: string): Promise<void> {
    const file = this.#fileOf(path);
    try {
      await unlink(file);
    } catch (error) {
      if (!isMissing(error)) throw toStorageError(error);
    }
  }

  async deleteMany(paths: readonly string[]): Promise<DeleteManyResult> {
    const result: DeleteManyResult = { deleted: [], failed: [] };
    await mapWithLimit(paths, PARALLEL_CALLS, async (path) => {
      try {
        await this.delete(path);
        result.deleted.push(path);
      } catch (error) {
        result.failed.push({ path, error: error instanceof Error ? error : toStorageError(error) });
      }
    });
    return result;
  }

  async list(options: ListOptions): Promise<ListPage> {
    return this.#listing.page(options);
  }

  async copy(from: string, to: string): Promise<void> {
    const source = this.#fileOf(from);
    const target = this.#fileOf(to);
    try {
      await this.#writeThenRename(target, async (temporary) => {
        await copyFile(source, temporary, constants.COPYFILE_FICLONE);
        await syncPath(temporary);
      });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async removeUnfinished(olderThan: Date): Promise<{ removed: number; bytesFreed: number }> {
    const result = { removed: 0, bytesFreed: 0 };
    try {
      for (const name of await readdir(this.#temporary)) {
        const file = join(this.#temporary, name);
        // A put under way touches its file with every chunk, so age by modification spares slow uploads.
        const stats = await lstat(file).catch(() => null);
        if (!stats?.isFile() || stats.mtime >= olderThan) continue;
        await unlink(file);
        result.removed++;
        result.bytesFreed += stats.size;
      }
    } catch (error) {
      if (!isMissing(error)) throw toStorageError(error);
    }
    return result;
  }

  async check(options: { signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted(options.signal);
    const probe = join(this.#temporary, `check-${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(this.#temporary, { recursive: true, mode: FOLDER_MODE });
      await writeFile(probe, 'ok', { mode: FILE_MODE });
      await unlink(probe);
    } catch (error) {
      await rm(probe, { force: true }).catch(() => {});
      throw new StorageUnavailableError(this.#adviceFor(error), { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#listing.clear();
  }

  #fileOf(path: string): string {
    assertStoragePath(path);
    const file = resolve(this.#root, path);
    // On Windows a backslash separates too, which the alphabet of paths allows.
    if (!file.startsWith(this.#root + sep)) throw new TypeError('not a storage path');
    return file;
  }

  async #writeThenRename(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
    const temporary = join(this.#temporary, randomBytes(16).toString('hex'));
    try {
      await mkdir(this.#temporary, { recursive: true, mode: FOLDER_MODE });
      await write(temporary);
      await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE });
      await rename(temporary, target);
      await this.#syncFolders(dirname(target));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }

  /** The folder always, for the new name in it; its parents once, for they may have been made just now. */
  async #syncFolders(folder: string): Promise<void> {
    await syncPath(folder);
    let child = folder;
    while (child !== this.#root && !this.#durableFolders.has(child)) {
      const parent = dirname(child);
      await syncPath(parent);
      this.#remember(child);
      child = parent;
    }
  }

  #remember(folder: string): void {
    if (this.#durableFolders.size >= 10_000) this.#durableFolders.clear();
    this.#durableFolders.add(folder);
  }

  #adviceFor(error: unknown): string {
    const place = `the storage folder ${relative(process.cwd(), this.#root) || '.'} (STORAGE_LOCAL_DIR)`;
    const user = process.getuid ? `user ${process.getuid()}` : 'this user';
    switch (codeOf(error)) {
      case 'EACCES':
      case 'EPERM':
        return `${place} is not writable by ${user}: give it to that user (chown) or choose another folder`;
      case 'EROFS':
        return `${place} is on a read-only file system: mount it writable or choose another folder`;
      case 'ENOSPC':
      case 'EDQUOT':
        return `${place} is full: free space or raise the quota`;
      case 'ENOTDIR':
      case 'EEXIST':
        return `${place} is, or lies below, a file: remove it or choose another folder`;
      default:
        return `${place} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

async function writeDurably(file: string, body: PutBody): Promise<void> {
  const handle = await open(file, 'wx', FILE_MODE);
  try {
    for await (const chunk of body) {
      let written = 0;
      while (written < chunk.byteLength) {
        written += (await handle.write(chunk, written, chunk.byteLength - written)).bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function internalRedirect(path: string): string {
  assertStoragePath(path);
  return INTERNAL_LOCATION + path.split('/').map(encodeURIComponent).join('/');
}
