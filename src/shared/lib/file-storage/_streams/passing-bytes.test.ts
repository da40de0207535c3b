import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { countPassingBytes } from './passing-bytes.ts';

it('buffers that have passed are freed long before V8 would walk the whole heap for their weight', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  for (let chunk = 0; chunk < 8_000; chunk++) {
    const buffer = Buffer.alloc(64 * 1024, 1);
    countPassingBytes(buffer.length);
    if (chunk % 100 > 0) continue;
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    await sleep(0);
  }
  expect(peak).toBeLessThan(40 * 1024 * 1024);
});
