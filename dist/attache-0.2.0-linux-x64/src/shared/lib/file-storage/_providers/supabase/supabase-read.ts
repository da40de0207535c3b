import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { throwIfAborted } from '../../_model/abort.ts';
import { type RemoteBody, RemoteReader } from '../../_model/remote-reader.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import type { ByteRange, OpenOptions } from '../../types.ts';
import { toStorageError, toUnavailable } from './supabase-errors.ts';
import type { SupabaseFiles } from './supabase-files.ts';

interface Answer extends RemoteBody {
  /** Null for an empty object. */
  range: ByteRange | null;
  etag: string | undefined;
}

/**
 * One request, answered within the storage's time including its first byte.
 * @throws StorageObjectMissingError, StorageUnavailableError, AbortError
 */
export async function openFromSupabase(files: SupabaseFiles, path: string, options: OpenOptions): Promise<Readable> {
  const startedAt = performance.now();
  const { timeoutMs } = files.transport;
  const first = await requestBytes(files, path, options.range, options.signal);
  const reader = new RemoteReader(first, {
    range: first.range,
    timeoutMs,
    reopen: async (rest) => {
      const next = await requestBytes(files, path, rest, options.signal);
      if (next.etag === first.etag) return next;
      // The server knows no If-Match.
      next.cancel();
      throw new StorageUnavailableError('the object changed while it was read');
    },
    toStorageError: toUnavailable,
  });
  return reader.waitForFirstByte(timeoutMs - (performance.now() - startedAt), options.signal);
}

async function requestBytes(
  files: SupabaseFiles,
  path: string,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  throwIfAborted(signal);
  try {
    const answer = await files.download(path, { signal, range: range && `bytes=${range.start}-${range.end}` });
    return readAnswer(answer, range);
  } catch (error) {
    throwIfAborted(signal);
    throw toStorageError(error);
  }
}

function readAnswer(answer: IncomingMessage, range: ByteRange | undefined): Answer {
  const cancel = () => {
    answer.on('error', () => {}).destroy();
  };
  const sent = sentRange(answer, range);
  if (sent === undefined || (range && (sent?.start !== range.start || sent.end !== range.end))) {
    cancel();
    throw new StorageUnavailableError('the storage sent another range than was asked for');
  }
  return { body: answer, cancel, range: sent, etag: answer.headers.etag };
}

/** Null for no bytes at all, undefined when the answer does not say which bytes it has. */
function sentRange(answer: IncomingMessage, range: ByteRange | undefined): ByteRange | null | undefined {
  if (range) {
    const match = /^bytes (\d+)-(\d+)\//.exec(answer.headers['content-range'] ?? '');
    return match ? { start: Number(match[1]), end: Number(match[2]) } : undefined;
  }
  const length = answer.headers['content-length'];
  if (length === undefined) return undefined;
  return length === '0' ? null : { start: 0, end: Number(length) - 1 };
}
