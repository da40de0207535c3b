import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { BodyPieces } from './body-pieces.ts';

async function* bodyOf(...steps: (string | number | Error)[]): AsyncGenerator<Uint8Array> {
  for (const step of steps) {
    if (typeof step === 'number') await sleep(step);
    else if (step instanceof Error) throw step;
    else yield Buffer.from(step);
  }
}

async function piecesOf(body: BodyPieces, maxBytes: number, maxMs: number): Promise<string[]> {
  const pieces: string[] = [];
  while (await body.hasMore()) {
    pieces.push(await text(body.piece(maxBytes, maxMs)));
  }
  return pieces;
}

describe('a body in pieces', () => {
  it('loses no byte at the borders, whatever the chunks', async () => {
    const body = new BodyPieces(bodyOf('abc', '', 'defgh', 'i'));
    expect(await piecesOf(body, 4, 1000)).toEqual(['abcd', 'efgh', 'i']);
  });

  it('ends a piece when its time is over, and goes on with the next bytes', async () => {
    const body = new BodyPieces(bodyOf('ab', 80, 'cd', 80, 'ef'));
    expect(await piecesOf(body, 100, 40)).toEqual(['ab', 'cd', 'ef']);
  });

  it('that fails gives all that came before, and then the failure', async () => {
    const body = new BodyPieces(bodyOf('ab', 'cd', new Error('gone')));
    expect(await body.hasMore()).toBe(true);
    expect(await text(body.piece(100, 1000))).toBe('abcd');
    await expect(body.hasMore()).rejects.toThrow('gone');
  });

  it('is not held in memory, however long it is', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const heldBytes = async () => {
      // Buffers are freed in the background: what the first collection found is counted out by the second.
      for (let round = 0; round < 2; round += 1) {
        await sleep(20);
        collectGarbage();
      }
      return process.memoryUsage().arrayBuffers;
    };
    const chunkBytes = 1024 * 1024;
    async function* longBody() {
      for (let i = 0; i < 64; i += 1) yield new Uint8Array(chunkBytes);
    }
    const body = new BodyPieces(longBody());
    const before = await heldBytes();
    let passedBytes = 0;
    while (await body.hasMore()) {
      for await (const bytes of body.piece(8 * chunkBytes, 1000)) passedBytes += bytes.length;
    }
    expect(passedBytes).toBe(64 * chunkBytes);
    expect((await heldBytes()) - before).toBeLessThan(8 * chunkBytes);
  });

  it('without bytes has no piece', async () => {
    expect(await piecesOf(new BodyPieces(bodyOf()), 4, 1000)).toEqual([]);
  });
});
