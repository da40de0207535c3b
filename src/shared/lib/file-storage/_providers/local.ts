import { randomBytes } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { throwIfAborted } from '../_driver/abort.ts';
import { deleteEach } from '../_driver/delete-each.ts';
import { inTime } from '../_driver/in-time.ts';
import { PutBody } from '../_driver/put-body.ts';
import { StorageUnavailableError } from '../storage-errors.ts';
import { assertStoragePath } from '../storage-path.ts';
import { DEFAULT_TIMEOUT_MS, type LocalStorageSettings } from '../storage-settings.ts';
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
import { FolderListing } from './local/folder-listing.ts';
import { codeOf, isMissing, toStorageError, toUnavailable } from './local/local-errors.ts';
import { openFile } from './local/open-file.ts';

/** The `internal` location that the reverse proxy maps to the storage folder (docs/storage.md). */
export const INTERNAL_LOCATION = '/attache-storage/';

/** Owner writes, group reads: nginx can be let in by its group for X-Accel-Redirect, nobody else. */
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;
/** A folder of a million names takes seconds to read and to sort. */
const LISTING_TIMEOUTS = 12;
/** The disk writes while the next pieces come in. */
const WRITE_BUFFER_BYTES = 256 * 1024;

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
  readonly #timeoutMs: number;

  /** @param timeoutMs see `FileStorageSettings` */
  constructor(settings: LocalStorageSettings, timeoutMs = DEFAULT_TIMEOUT_MS) {
    this.#root = resolve(settings.dir);
    this.#temporary = join(this.#root, '.tmp');
    this.#listing = new FolderListing(this.#root);
    this.#timeoutMs = timeoutMs;
  }

  async put(path: string, source: Readable | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<PutResult> {
    const { signal } = options;
    const body = new PutBody(source, signal);
    try {
      const target = this.#fileOf(path);
      throwIfAborted(signal);
      const storing = this.#writeThenRename(target, async (temporary) => {
        // `flush`: fsync before the close.
        const file = { flags: 'wx', mode: FILE_MODE, flush: true, highWaterMark: WRITE_BUFFER_BYTES };
        await pipeline(body, createWriteStream(temporary, file));
        throwIfAborted(signal);
      });
      await body.untilStored(storing, this.#timeoutMs);
      return { sizeBytes: body.sizeBytes };
    } catch (error) {
      body.discard();
      throw body.explain(error, toUnavailable);
    }
  }

  async open(path: string, options: OpenOptions = {}): Promise<Readable> {
    const opening = openFile(this.#fileOf(path), options);
    try {
      return await inTime(opening, this.#timeoutMs);
    } catch (error) {
      // It may still open, too late.
      opening.then((stream) => stream.destroy()).catch(() => {});
      throw error;
    }
  }

  async stat(path: string): Promise<StoredObject | null> {
    try {
      const stats = await inTime(stat(this.#fileOf(path)), this.#timeoutMs);
      return stats.isFile() ? { path, sizeBytes: stats.size, lastModified: stats.mtime } : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error instanceof TypeError ? error : toStorageError(error);
    }
  }

  async delete(path: string): Promise<void> {
    const file = this.#fileOf(path);
    try {
      await inTime(unlink(file), this.#timeoutMs);
    } catch (error) {
      if (!isMissing(error)) throw toStorageError(error);
    }
  }

  async deleteMany(paths: readonly string[]): Promise<DeleteManyResult> {
    return deleteEach(paths, (path) => this.delete(path));
  }

  async list(options: ListOptions): Promise<ListPage> {
    return inTime(this.#listing.page(options), this.#timeoutMs * LISTING_TIMEOUTS);
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
    const storing = async () => {
      await mkdir(this.#temporary, { recursive: true, mode: FOLDER_MODE });
      await writeFile(probe, 'ok', { mode: FILE_MODE });
      await unlink(probe);
    };
    try {
      await inTime(storing(), this.#timeoutMs);
    } catch (error) {
      await inTime(rm(probe, { force: true }), this.#timeoutMs).catch(() => {});
      throw new StorageUnavailableError(this.#adviceFor(error), { cause: error, reason: toUnavailable(error).reason });
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

  /** The folder for the new name in it, and its parents, for they may have been made just now. */
  async #syncFolders(folder: string): Promise<void> {
    for (let at = folder; at.startsWith(this.#root); at = dirname(at)) {
      await syncPath(at);
      if (at === this.#root) return;
    }
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
        if (error instanceof StorageUnavailableError) return `${place} does not answer in time: look after its disk`;
        return `${place} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    }
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
