import { expect, test } from 'vitest';
import { ChunkPool } from './chunk-pool.ts';

const createPool = (maxKept = 2) => new ChunkPool({ chunkBytes: 16, maxKept });

test('a buffer that was given back is lent again', () => {
  const pool = createPool();
  const first = pool.take();
  pool.giveBack(first.subarray(0, 5));
  expect(pool.take().buffer).toBe(first.buffer);
});

test('a buffer is never lent to two takers at once', () => {
  const pool = createPool();
  const chunk = pool.take();
  pool.giveBack(chunk);
  pool.giveBack(chunk);
  expect(pool.take().buffer).not.toBe(pool.take().buffer);
});

test('a buffer of somebody else is not taken in', () => {
  const pool = createPool();
  const foreign = Buffer.from(new ArrayBuffer(16));
  pool.giveBack(foreign);
  expect(pool.take().buffer).not.toBe(foreign.buffer);
});

test('no more buffers are kept than allowed', () => {
  const pool = createPool(1);
  const [one, other] = [pool.take(), pool.take()];
  pool.giveBack(one);
  pool.giveBack(other);
  expect(pool.take().buffer).toBe(one.buffer);
  expect(pool.take().buffer).not.toBe(other.buffer);
});
