import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inTime } from './in-time.ts';
import { PutBody } from './put-body.ts';

async function* pieces(count: number, pauseMs = 0): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece++) {
    await sleep(pauseMs);
    yield Buffer.alloc(10);
  }
}

const never = () => new Promise<never>(() => {});

describe('a put', () => {
  it('of which the storage takes no further piece is given up in time', async () => {
    const body = new PutBody(pieces(3));
    const storing = async () => {
      for await (const _ of body) await never();
    };
    await expect(body.untilStored(storing(), 100)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('that the storage does not get done with is given up in time', async () => {
    const body = new PutBody(pieces(3));
    const storing = async () => {
      for await (const _ of body);
      await never();
    };
    await expect(body.untilStored(storing(), 100)).rejects.toMatchObject({ reason: 'timeout' });
    expect(body.sizeBytes).toBe(30);
  });

  it('whose sender is slow waits for the sender', async () => {
    const body = new PutBody(pieces(3, 300));
    const storing = async () => {
      for await (const _ of body);
      return 'stored';
    };
    expect(await body.untilStored(storing(), 100)).toBe('stored');
  });

  it('that is interrupted ends at once although its sender is silent', async () => {
    const body = new PutBody(pieces(1, 60_000));
    const reading = body[Symbol.asyncIterator]().next();
    await sleep(10);
    body.interrupt(new Error('the storage failed'));
    await expect(reading).rejects.toThrow('the storage failed');
    expect(body.failure).toBeNull();
  });
});

describe('a call to a disk', () => {
  it('that hangs is unavailable in time', async () => {
    await expect(inTime(never(), 50)).rejects.toMatchObject({ name: 'StorageUnavailableError', reason: 'timeout' });
  });

  it('that comes back keeps its result and its error', async () => {
    expect(await inTime(Promise.resolve(1), 50)).toBe(1);
    await expect(inTime(Promise.reject(new Error('EIO')), 50)).rejects.toThrow('EIO');
  });
});
