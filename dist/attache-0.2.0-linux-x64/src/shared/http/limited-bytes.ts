import { createHash } from 'node:crypto';

/** More bytes came than are allowed. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/** Refuses the first byte over the limit while the bytes pass. */
export async function* limitBytes(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > maxBytes) throw new TooManyBytesError(maxBytes);
    yield chunk;
  }
}

/** Counts and hashes what passes; `result()` is right once the source has ended. */
export function hashBytes(source: AsyncIterable<Uint8Array>): {
  bytes: AsyncGenerator<Uint8Array>;
  result: () => { sha256: string; sizeBytes: number };
} {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* pass() {
    for await (const chunk of source) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  return { bytes: pass(), result: () => ({ sha256: hash.digest('hex'), sizeBytes }) };
}

/**
 * Takes at least `count` bytes off the front (fewer when the source is shorter) and gives back a source that still has
 * them all: type detection must look before the bytes are stored.
 */
export async function peekBytes(
  source: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ head: Buffer; bytes: AsyncGenerator<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  while (total < count) {
    const next = await iterator.next();
    if (next.done) {
      ended = true;
      break;
    }
    taken.push(next.value);
    total += next.value.length;
  }
  async function* all() {
    try {
      yield* taken;
      while (!ended) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(taken), bytes: all() };
}
