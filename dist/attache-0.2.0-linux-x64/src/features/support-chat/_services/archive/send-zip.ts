import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  name: string;
  modifiedAt: Date;
  sizeBytes: number;
  /** False: stored as it is, because its type is compressed already. */
  compress: boolean;
  /** Open and certain to bring its bytes. */
  source: Readable;
}

/** `failed`: nothing was sent when `response.headersSent` is false, else the connection is destroyed. */
export type ZipResult = { outcome: 'sent' | 'aborted' } | { outcome: 'failed'; error: unknown };

/**
 * Streams entries as a ZIP, one after another: in memory are the buffers of one entry and the directory at the end. The
 * headers go out when the first entry is there, so that a storage that is down can still be answered. The connection is
 * destroyed when an entry fails later: an archive that looks complete and is not would be worse than none.
 * `entries` gets the signal that fires when the client goes away.
 */
export async function sendZip(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  entries: (signal: AbortSignal) => AsyncIterable<ZipEntry>,
): Promise<ZipResult> {
  // Whoever left while the dialog was looked up is announced by no event any more.
  if (response.destroyed) return { outcome: 'aborted' };
  const left = new AbortController();
  const closing = Promise.withResolvers<boolean>();
  response.once('close', () => {
    closing.resolve(response.writableFinished);
    left.abort();
  });
  const zip = new ZipFile();
  let failure: { error: unknown } | null = null;
  const fail = (error: unknown) => {
    failure ??= { error };
    response.destroy();
  };
  // An entry of another length than its row says.
  zip.on('error', fail);
  const begin = () => {
    if (response.headersSent || response.destroyed) return;
    response.writeHead(200, headers);
    zip.outputStream.pipe(response);
  };
  try {
    for await (const entry of entries(left.signal)) {
      begin();
      await addEntry(zip, entry, left.signal);
    }
    begin();
    zip.end();
  } catch (error) {
    if (!response.headersSent && !left.signal.aborted) return { outcome: 'failed', error };
    if (!left.signal.aborted) fail(error);
  }
  const isWhole = await closing.promise;
  if (failure !== null) return { outcome: 'failed', ...(failure as { error: unknown }) };
  return { outcome: isWhole ? 'sent' : 'aborted' };
}

/** The years that a ZIP's two kinds of dates share. Beyond them the library throws where nobody can catch it. */
const EARLIEST_MS = Date.UTC(1980, 0, 1);
const LATEST_MS = Date.UTC(2037, 11, 31);

function zipDate(date: Date): Date {
  return new Date(Math.min(Math.max(date.getTime(), EARLIEST_MS), LATEST_MS));
}

async function addEntry(zip: ZipFile, entry: ZipEntry, signal: AbortSignal): Promise<void> {
  const { source, name, modifiedAt, sizeBytes, compress } = entry;
  try {
    zip.addReadStream(source, name, { mtime: zipDate(modifiedAt), mode: 0o100644, size: sizeBytes, compress });
    await finished(source, { signal });
  } finally {
    source.destroy();
  }
}
