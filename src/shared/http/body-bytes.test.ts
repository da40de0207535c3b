import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type FlowingBody, openBody } from './body-bytes.ts';
import { frameByteRanges } from './multipart-byteranges.ts';

const WHOLE: FlowingBody = { kind: 'whole', lengthBytes: 4 };

async function afterMicrotasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await null;
}

describe('an opened body', () => {
  test('is closed by an abort in whatever instant of its opening', async () => {
    for (let instant = 0; instant < 20; instant += 1) {
      const client = new AbortController();
      const source = Readable.from([Buffer.from('abcd')], { objectMode: false });
      const opening = openBody(WHOLE, async () => source, client.signal);
      void afterMicrotasks(instant).then(() => client.abort());
      await opening.catch(() => {});
      await nextTurn();
      expect(source.destroyed).toBe(true);
    }
  });

  test('is not opened for a client that is gone already', async () => {
    let opened = false;
    const open = async () => {
      opened = true;
      return Readable.from([]);
    };
    await expect(openBody(WHOLE, open, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(opened).toBe(false);
  });

  test('has one part open at a time', async () => {
    const spans = [0, 10, 20, 30].map((start) => ({ start, end: start + 3 }));
    const body = frameByteRanges(spans, 100, 'text/plain', 'boundary');
    const sources: Readable[] = [];
    const open = async () => {
      expect(sources.every((source) => source.readableEnded)).toBe(true);
      const source = Readable.from([Buffer.from('abcd')], { objectMode: false });
      sources.push(source);
      return source;
    };
    let received = 0;
    for await (const chunk of await openBody(body, open, new AbortController().signal)) received += chunk.length;
    expect(received).toBe(body.lengthBytes);
    expect(sources.length).toBe(4);
  });

  test('fails with the error of its storage', async () => {
    const source = new Readable({
      read() {
        this.destroy(new Error('disk on fire'));
      },
    });
    const chunks = await openBody(WHOLE, async () => source, new AbortController().signal);
    await expect(chunks[Symbol.asyncIterator]().next()).rejects.toThrow('disk on fire');
  });
});
