import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTrustedProxies } from '#shared/http/client-address.ts';
import { createLog } from '#shared/log/log.ts';
import { createListener } from './listener.ts';

const server = createListener({
  appUrl: 'http://127.0.0.1:3000',
  trustedProxies: parseTrustedProxies([]),
  routes: [],
  pages: async (_request, response) => void response.end('a page'),
  log: createLog('silent'),
});
// As Next does on the server that its pages are served from.
server.on('upgrade', () => {});

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void server.close());

async function statusLineOf(requestLine: string, ...fields: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${[requestLine, 'Host: x', ...fields].join('\r\n')}\r\n\r\n`);
  // Some of these are kept alive, so the first piece is what counts.
  const [first] = await once(socket, 'data');
  socket.destroy();
  return String(first).split('\r\n', 1)[0] ?? '';
}

test.each(['h2c', 'websocket'])('a client that offers %s is answered as one that does not', async (protocol) => {
  const offer = [`Upgrade: ${protocol}`, 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABk'];
  expect(await statusLineOf('GET /api/nothing HTTP/1.1', ...offer)).toBe('HTTP/1.1 404 Not Found');
  expect(await statusLineOf('GET /sign-in HTTP/1.1', ...offer)).toBe('HTTP/1.1 200 OK');
});

test('what names no page never reaches the pages', async () => {
  expect(await statusLineOf('OPTIONS * HTTP/1.1')).toBe('HTTP/1.1 404 Not Found');
});

test('what is no request is told so: too long a header 431, no HTTP 400', async () => {
  expect(await statusLineOf('GET / HTTP/1.1', `X: ${'a'.repeat(70_000)}`)).toMatch(/ 431 /);
  expect(await statusLineOf('nonsense')).toMatch(/ 400 /);
});
