import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { StorageUnavailableError } from '../storage-errors.ts';
import type { ByteRange } from '../types.ts';
import { type RemoteBody, RemoteReader, type RemoteReaderSettings } from './remote-reader.ts';

const WHOLE = Buffer.from('0123456789');

/** A server that sends `bytes` of what was asked for and then breaks, or goes on to the end. */
function answer(range: ByteRange, bytes = Number.POSITIVE_INFINITY): RemoteBody & { isCancelled: boolean } {
  const wanted = WHOLE.subarray(range.start, range.end + 1);
  async function* body() {
    yield wanted.subarray(0, bytes);
    if (bytes < wanted.length) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  }
  const result = { body: Readable.from(body(), { objectMode: false }), isCancelled: false, cancel: () => {} };
  result.cancel = () => {
    result.isCancelled = true;
    result.body.destroy();
  };
  return result;
}

function settings(change: Partial<RemoteReaderSettings> = {}): RemoteReaderSettings {
  return {
    range: { start: 0, end: 9 },
    timeoutMs: 200,
    reopen: async () => {
      throw new StorageUnavailableError('down');
    },
    toStorageError: (error) => new StorageUnavailableError('broken', { cause: error }),
    ...change,
  };
}

describe('reading from a remote storage', () => {
  it('gives the bytes and leaves the connection of a whole read alone', async () => {
    const first = answer({ start: 0, end: 9 });
    const reader = await new RemoteReader(first, settings()).waitForFirstByte(1_000);
    expect((await buffer(reader)).toString()).toBe('0123456789');
    expect(first.isCancelled).toBe(false);
  });

  it('asks for the rest after a broken connection, and joins the halves', async () => {
    const asked: ByteRange[] = [];
    const reopen = async (rest: ByteRange) => {
      asked.push(rest);
      return answer(rest, 3);
    };
    const reader = new RemoteReader(answer({ start: 0, end: 9 }, 4), settings({ reopen }));
    expect((await buffer(await reader.waitForFirstByte(1_000))).toString()).toBe('0123456789');
    expect(asked).toEqual([
      { start: 4, end: 9 },
      { start: 7, end: 9 },
    ]);
  });

  it('gives up when connections break without a byte between them', async () => {
    let reopened = 0;
    const reopen = async (rest: ByteRange) => {
      reopened++;
      return answer(rest, 0);
    };
    const reader = new RemoteReader(answer({ start: 0, end: 9 }, 4), settings({ reopen }));
    await expect(buffer(await reader.waitForFirstByte(1_000))).rejects.toThrow(StorageUnavailableError);
    expect(reopened).toBe(2);
  });

  it('ends with an error, never early, when the storage sends less or more than was asked for', async () => {
    const short = { body: Readable.from([Buffer.from('012')]), cancel: () => {} };
    await expect(new RemoteReader(short, settings()).waitForFirstByte(1_000).then(buffer)).rejects.toThrow(
      StorageUnavailableError,
    );
    const long = { body: Readable.from([WHOLE, WHOLE]), cancel: () => {} };
    await expect(new RemoteReader(long, settings()).waitForFirstByte(1_000).then(buffer)).rejects.toThrow('sent more');
  });

  it('does not open before a byte has come', async () => {
    const silent = { body: new PassThrough(), isCancelled: false, cancel: () => {} };
    silent.cancel = () => {
      silent.isCancelled = true;
    };
    const opening = new RemoteReader(silent, settings({ timeoutMs: 10_000 })).waitForFirstByte(50);
    await expect(opening).rejects.toThrow(StorageUnavailableError);
    expect(silent.isCancelled).toBe(true);
  });

  it('takes silence for a fault only while bytes are wanted', async () => {
    const body = new PassThrough();
    const reader = new RemoteReader({ body, cancel: () => {} }, settings({ timeoutMs: 50 }));
    body.write(WHOLE.subarray(0, 5));
    await reader.waitForFirstByte(1_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    body.end(WHOLE.subarray(5));
    expect((await buffer(reader)).toString()).toBe('0123456789');

    const silent = new PassThrough();
    const waiting = new RemoteReader({ body: silent, cancel: () => {} }, settings({ timeoutMs: 50 }));
    silent.write(WHOLE.subarray(0, 5));
    await expect(waiting.waitForFirstByte(1_000).then(buffer)).rejects.toThrow('fell silent');
  });
});
