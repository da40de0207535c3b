import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { S3Connection } from './s3-connection.ts';

const NEVER = 60_000;

describe('a request of the reader', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function connectTo(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const server: Server = createServer(answer).listen(0, '127.0.0.1');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const settings = { endpoint: `http://127.0.0.1:${port}`, region: 'x', bucket: 'b', forcePathStyle: true };
    const connection = new S3Connection({ ...settings, ...credentials }, NEVER);
    closing.push(() => connection.close());
    return { server, connection };
  }

  const read =
    ({ reader }: S3Connection, Key: string) =>
    () =>
      reader.send(new GetObjectCommand({ Bucket: 'b', Key }));

  it('loses its socket when its own signal fires, and leaves the others theirs', async () => {
    const held: { request: IncomingMessage; response: ServerResponse }[] = [];
    const both = Promise.withResolvers<void>();
    const { connection } = await connectTo((request, response) => {
      held.push({ request, response });
      if (held.length === 2) both.resolve();
    });
    const leaving = new AbortController();
    const given = connection.withDeadline(read(connection, 'given-up'), leaving.signal);
    const kept = connection.withDeadline(read(connection, 'kept'), new AbortController().signal);
    await both.promise;
    const [lost, other] = held.toSorted((a, b) => String(a.request.url).localeCompare(String(b.request.url)));
    if (!lost || !other) throw new Error('two requests were sent');
    const isClosed = once(lost.response, 'close');
    leaving.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    await isClosed;
    other.response.end('bytes');
    const { output } = await kept;
    expect(await output.Body?.transformToString()).toBe('bytes');
  });

  it('can be ended after its answer has begun', async () => {
    const { connection, server } = await connectTo((_request, response) => void response.write('the first bytes'));
    const asked = once(server, 'request');
    const { output, cancel } = await connection.withDeadline(read(connection, 'film'));
    const [, response] = await asked;
    const isClosed = once(response, 'close');
    const text = output.Body?.transformToString();
    cancel();
    await expect(text).rejects.toThrow();
    await isClosed;
  });

  it('ends at once also where the SDK hears of no signal, as between two attempts', async () => {
    const { connection } = await connectTo(() => {});
    const leaving = new AbortController();
    const waiting = connection.withDeadline(() => new Promise<never>(() => {}), leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
