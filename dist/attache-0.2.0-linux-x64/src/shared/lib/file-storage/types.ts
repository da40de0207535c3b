import type { Readable } from 'node:stream';

/** Bytes `start` to `end`, both inclusive, as in an HTTP range (RFC 9110, 14.1.2). */
export interface ByteRange {
  start: number;
  end: number;
}

export interface PutOptions {
  /** Media type stored beside the object where the driver can; delivery never reads it back. */
  contentType?: string;
  /** Aborting removes whatever has been stored of the object so far. */
  signal?: AbortSignal;
}

export interface PutResult {
  sizeBytes: number;
}

export interface OpenOptions {
  range?: ByteRange;
  /** Aborting ends the read and frees its descriptor or socket. */
  signal?: AbortSignal;
}

export interface StoredObject {
  path: string;
  sizeBytes: number;
  lastModified: Date;
}

export interface ListOptions {
  prefix: string;
  /** Opaque: `next` of the page before. */
  cursor?: string;
  /** At most this many objects in the page; drivers may return fewer. */
  limit?: number;
}

export interface ListPage {
  /** Ascending by the UTF-8 bytes of the path. */
  objects: StoredObject[];
  next?: string;
}

export interface DeleteManyResult {
  /** Paths that are gone now, those that were missing before included. */
  deleted: string[];
  failed: { path: string; error: Error }[];
}

export interface SignedUrlOptions {
  expiresInSeconds: number;
  contentType: string;
  contentDisposition: string;
}

/** Where a signed URL or an internal redirect leads; null where the driver has none. */
export interface Offload {
  signedUrl?(path: string, options: SignedUrlOptions): Promise<string>;
  /** URL-encoded address in the internal location of a reverse proxy, `/attache-storage/…` (nginx X-Accel-Redirect). */
  internalRedirect?(path: string): string;
}

/**
 * A private place for bytes. Objects never change once stored: a path is written once and later deleted.
 * Every method throws `StorageObjectMissingError` or `StorageUnavailableError` (storage-errors.ts), an `AbortError`
 * when its signal fired, and `TypeError` for a path outside `storage-path.ts`'s alphabet; nothing else.
 */
export interface FileStorage {
  readonly driver: StorageDriverName;
  readonly offload: Offload;
  /**
   * Stores a stream of unknown length. The object is visible only when whole; on any error nothing of it remains and
   * the body is destroyed. An error of the body itself (a limit, a client gone) is thrown unchanged.
   */
  put(path: string, body: Readable | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutResult>;
  /**
   * Opens an object for reading and resolves once its first byte (or its end) is certain to come.
   * The stream ends with an error, never early, when fewer bytes arrive than were asked for; a range past the end of
   * the object is a `StorageUnavailableError` at once, since size and range come from the row.
   * The stream holds a descriptor or socket: read it to its end or destroy it.
   */
  open(path: string, options?: OpenOptions): Promise<Readable>;
  /** Null when there is no such object. For jobs; delivery asks the row instead. */
  stat(path: string): Promise<StoredObject | null>;
  /** Missing is fine. */
  delete(path: string): Promise<void>;
  deleteMany(paths: readonly string[]): Promise<DeleteManyResult>;
  list(options: ListOptions): Promise<ListPage>;
  /** Server-side where the driver can. */
  copy(from: string, to: string): Promise<void>;
  /** Removes what interrupted puts left behind (temporary files, unfinished multipart uploads) older than this. */
  removeUnfinished(olderThan: Date): Promise<{ removed: number; bytesFreed: number }>;
  /** Resolves when the place exists, is reachable and writable; the error says what to fix. */
  check(options?: { signal?: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

export type StorageDriverName = 'local' | 's3' | 'supabase';
