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

  it('stays at its limit for as long as a part is with the storage', async () => {
    const taken = await takeMany(new PartBuffers(10, 3), 5);
    taken[0]?.handOver();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(taken.length).toBe(3);
    taken[0]?.release(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(taken.length).toBe(4);
  });

  it('goes beyond it, slowly, when all of it is with senders who dawdle', async () => {
    const taken = await takeMany(new PartBuffers(10, 3), 5);
    await vi.advanceTimersByTimeAsync(60);
    expect(taken.length).toBe(4);
    await vi.advanceTimersByTimeAsync(60);
    expect(taken.length).toBe(5);
  });

  it('comes back under its limit afterwards', async () => {
    const buffers = new PartBuffers(10, 2);
    const taken = await takeMany(buffers, 3);
    await vi.advanceTimersByTimeAsync(60);
    expect(taken.length).toBe(3);
    const waiting = await takeMany(buffers, 1);
    taken[1]?.handOver();
    taken[0]?.release(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(waiting.length).toBe(0);
    taken[1]?.release(true);
    taken[1]?.release(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(waiting.length).toBe(1);
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
