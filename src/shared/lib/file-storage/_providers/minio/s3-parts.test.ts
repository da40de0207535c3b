import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartBuffers } from './part-buffers.ts';
import { cutIntoParts } from './s3-parts.ts';

async function* chunksOf(lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let next = 0;
  for (const length of lengths) yield Uint8Array.from({ length }, () => next++ % 251);
}

async function cut(lengths: readonly number[], partBytes: number) {
  const parts = [];
  for await (const part of cutIntoParts(chunksOf(lengths), new PartBuffers(partBytes, 1_000_000))) parts.push(part);
  return parts;
}

describe('cutting a stream into parts', () => {
  it('keeps every byte in its place, in full parts and one last one, however the stream comes', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 50 }), async (chunks, partBytes) => {
        const parts = await cut(chunks, partBytes);
        const total = chunks.reduce((sum, length) => sum + length, 0);
        const joined = Buffer.concat(parts.map((part) => part.bytes));
        expect([...joined]).toEqual(Array.from({ length: total }, (_, at) => at % 251));
        expect(parts.map((part) => part.number)).toEqual(parts.map((_, index) => index + 1));
        expect(parts.map((part) => part.isLast)).toEqual(parts.map((_, index) => index === parts.length - 1));
        for (const part of parts.slice(0, -1)) expect(part.bytes.length).toBe(partBytes);
        expect(parts.at(-1)?.bytes.length).toBeLessThanOrEqual(partBytes);
      }),
    );
  });

  it('makes one part of what fits exactly, and one empty part of nothing', async () => {
    expect((await cut([6, 4], 10)).map((part) => part.bytes.length)).toEqual([10]);
    expect((await cut([6, 5], 10)).map((part) => part.bytes.length)).toEqual([10, 1]);
    expect((await cut([], 10)).map((part) => part.bytes.length)).toEqual([0]);
  });

  it('takes a buffer of the size of a small file, not of a part', async () => {
    const [part] = await cut([1_000], 5 * 1024 * 1024);
    expect(part?.bytes.buffer.byteLength).toBeLessThan(256 * 1024);
  });

  it('uses the buffers of parts that have arrived again', async () => {
    const buffers = new PartBuffers(10, 2);
    const seen = new Set<ArrayBufferLike>();
    for await (const part of cutIntoParts(chunksOf([100]), buffers)) {
      seen.add(part.bytes.buffer);
      part.release(true);
    }
    expect(seen.size).toBeLessThanOrEqual(2);
  });

  it.each([
    ['the sender fails', async () => Promise.reject(new Error('gone'))],
    ['the storage fails', async () => {}],
  ])('gives every buffer back when %s', async (_name, end) => {
    const partBytes = 200_000;
    const buffers = new PartBuffers(partBytes, 1);
    async function* failing() {
      yield* chunksOf([partBytes / 2, partBytes / 4]);
      await end();
      yield* chunksOf([partBytes]);
    }
    const run = async () => {
      for await (const part of cutIntoParts(failing(), buffers)) {
        part.release(false);
        throw new Error('storage down');
      }
    };
    await expect(run()).rejects.toThrow(/gone|storage down/);
    // With a single buffer that was kept, this would wait for as long as all buffers are with senders.
    const before = performance.now();
    (await buffers.take()).release(true);
    expect(performance.now() - before).toBeLessThan(20);
  });
});
