import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PartBuffer, PartBuffers } from './part-buffers.ts';

describe('the memory of all uploads together', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const takeMany = async (buffers: PartBuffers, count: number) => {
    const taken: PartBuffer[] = [];
    for (let n = 0; n < count; n++) void buffers.take().then((buffer) => taken.push(buffer));
    await vi.advanceTimersByTimeAsync(0);
    return taken;
  };

  it('stays at its limit for as long as its parts are with the storage', async () => {
    const taken = await takeMany(new PartBuffers(10, 3), 5);
    for (const buffer of taken) buffer.handOver();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(taken.length).toBe(3);
    taken[0]?.release(true);
    taken[0]?.release(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(taken.length).toBe(4);
  });

  it('is not held up by a sender who dawdles over a part', async () => {
    const taken = await takeMany(new PartBuffers(10, 3), 4);
    taken[0]?.handOver();
    taken[1]?.handOver();
    await vi.advanceTimersByTimeAsync(4_500);
    expect(taken.length).toBe(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(taken.length).toBe(4);
  });

  it('keeps no more than its limit for later', async () => {
    const buffers = new PartBuffers(10, 2);
    const taken = await takeMany(buffers, 6);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(taken.length).toBe(6);
    const known = new Set(taken.map(({ bytes }) => bytes.buffer));
    for (const buffer of taken) buffer.release(true);
    const again = await takeMany(buffers, 2);
    await vi.advanceTimersByTimeAsync(10_000);
    again.push(...(await takeMany(buffers, 2)));
    expect(again.filter(({ bytes }) => known.has(bytes.buffer)).length).toBe(2);
  });

  it('gives a buffer out again only if its part has arrived', async () => {
    const buffers = new PartBuffers(10, 1);
    const first = await buffers.take();
    first.release(false);
    const second = await buffers.take();
    expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
    second.release(true);
    expect((await buffers.take()).bytes.buffer).toBe(second.bytes.buffer);
  });

  it('sends those who wait away when the storage has fallen silent', async () => {
    const buffers = new PartBuffers(10, 1);
    await buffers.take();
    const waiting = buffers.take();
    buffers.rejectWaiting(new Error('silent'));
    await expect(waiting).rejects.toThrow('silent');
  });
});
