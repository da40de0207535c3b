import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BodyPieces } from './body-pieces.ts';

const never = new AbortController().signal;

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
    const chunks: Uint8Array[] = [];
    for await (const bytes of body.piece(maxBytes, maxMs)) chunks.push(bytes);
    pieces.push(Buffer.concat(chunks).toString());
  }
  return pieces;
}

describe('a body in pieces', () => {
  it('loses no byte at the borders, whatever the chunks', async () => {
    const body = new BodyPieces(bodyOf('abc', '', 'defgh', 'i'), never);
    expect(await piecesOf(body, 4, 1000)).toEqual(['abcd', 'efgh', 'i']);
    expect(body.end).toBe('whole');
  });

  it('ends a piece when its time is over, and goes on with the next bytes', async () => {
    const body = new BodyPieces(bodyOf('ab', 80, 'cd', 80, 'ef'), never);
    expect(await piecesOf(body, 100, 40)).toEqual(['ab', 'cd', 'ef']);
  });

  it('that is cut off keeps all that came', async () => {
    const body = new BodyPieces(bodyOf('ab', 'cd', new Error('gone')), never);
    expect(await piecesOf(body, 100, 1000)).toEqual(['abcd']);
    expect([body.end, body.failure]).toEqual(['cut', new Error('gone')]);
  });

  it('ends at once when it is told to, also while it waits for its sender', async () => {
    const wanted = new AbortController();
    const body = new BodyPieces(bodyOf('ab', 60_000, 'cd'), wanted.signal);
    setTimeout(() => wanted.abort(), 30);
    expect(await piecesOf(body, 100, 60_000)).toEqual(['ab']);
    expect(body.end).toBe('cut');
  });

  it('without bytes has no piece', async () => {
    const body = new BodyPieces(bodyOf(), never);
    expect([await piecesOf(body, 4, 1000), body.end]).toEqual([[], 'whole']);
  });
});
