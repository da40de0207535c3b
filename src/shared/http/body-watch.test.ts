import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { limitBodyTime, respondBeforeBody, watchBodyPace } from './body-watch.ts';
import { errorResponse } from './http-response.ts';

const open: { server: Server; sockets: Socket[] }[] = [];
afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  open.push({ server, sockets });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** A connection on which the test writes HTTP by hand. */
    dial(text: string): Socket {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.write(text);
      sockets.push(socket);
      return socket;
    },
  };
}

const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n';

describe('a body that is read into memory', () => {
  test('has its connection ended when it is not whole in time', async () => {
    const { dial } = await serve((request) => limitBodyTime(request.resume(), 0.1));
    const socket = dial(`${HEAD}some of it`).resume();
    await once(socket, 'close');
  });

  test('has its connection left alone when it is', async () => {
    const { dial } = await serve((request, response) => {
      limitBodyTime(request, 0.1);
      request.resume().on('end', () => setTimeout(() => response.end('late but well'), 300));
    });
    const socket = dial('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok');
    const [answer] = await once(socket.setEncoding('utf8'), 'data');
    expect(answer).toContain('late but well');
  });
});

describe('an answer before the body', () => {
  const refuseFor = (maxSeconds: number) => (request: IncomingMessage, response: ServerResponse) =>
    void respondBeforeBody(request, response, errorResponse('UNAUTHORIZED'), maxSeconds);

  test('is there at once, and the connection ends though the sender goes on', async () => {
    const { dial } = await serve(refuseFor(0.3));
    const socket = dial(HEAD);
    const [answer] = await once(socket.setEncoding('utf8'), 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*Connection: close[\s\S]*UNAUTHORIZED/);
    await once(socket.resume(), 'close');
  });

  test('reaches a sender who reads only after having sent everything, thirty times', async () => {
    const { port } = await serve(refuseFor(20));
    const body = Buffer.alloc(8_000_000);
    for (let i = 0; i < 30; i += 1) {
      const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false }).on('error', () => {});
      const answered = once(request, 'response') as Promise<[IncomingMessage]>;
      request.end(body);
      const [response] = await answered;
      expect(response.statusCode).toBe(401);
      expect((await response.toArray()).join('')).toContain('UNAUTHORIZED');
    }
  });

  test('does not pile up the body in a parser that has stopped reading', async () => {
    let outcome: { isFull: boolean; bufferedBytes: number } | undefined;
    const { port } = await serve((request, response) => {
      // Like a parser whose file nobody reads.
      const stuck = new Writable({ write() {} });
      request.pipe(stuck);
      // Late enough for the parser to be full.
      setTimeout(async () => {
        const isFull = stuck.writableNeedDrain;
        await respondBeforeBody(request, response, errorResponse('ATTACHMENT_TYPE_NOT_ALLOWED'), 20);
        outcome = { isFull, bufferedBytes: stuck.writableLength };
      }, 200);
    });
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false }).on('error', () => {});
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end(Buffer.alloc(20_000_000));
    const [response] = await answered;
    await response.toArray();
    await expect.poll(() => outcome?.isFull, { timeout: 15_000 }).toBe(true);
    expect(outcome?.bufferedBytes).toBeLessThan(1_000_000);
  });
});

describe('the pace of a body', () => {
  const watched = () => {
    const slow: Error[] = [];
    const state = { slow, isPaused: false };
    return {
      state,
      handler(request: IncomingMessage) {
        if (state.isPaused) request.pause();
        else request.resume();
        const stop = watchBodyPace(request, 0.1, (error) => slow.push(error));
        request.once('close', stop);
      },
    };
  };

  test('that is a byte at a time is reported once', async () => {
    const { state, handler } = watched();
    const { dial } = await serve(handler);
    const socket = dial(HEAD);
    const timer = setInterval(() => socket.write('x'), 20);
    await expect.poll(() => state.slow.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    clearInterval(timer);
    expect(state.slow.map(({ name }) => name)).toEqual(['BodyTooSlowError']);
  });

  test('is not held against a sender whom we let wait', async () => {
    const { state, handler } = watched();
    state.isPaused = true;
    const { dial } = await serve(handler);
    dial(HEAD);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(state.slow).toEqual([]);
  });
});
