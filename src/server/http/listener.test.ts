import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTrustedProxies } from '#shared/http/client-address.ts';
import { createLog } from '#shared/log/log.ts';
import { createListener } from './listener.ts';
import type { Route } from './route.ts';

const logged: string[] = [];
const bodies: Promise<unknown>[] = [];
const readsBody: Route<true, void> = {
  methods: null,
  parse: (path) => (path === '/api/body' ? true : null),
  guard: async () => {},
  handle: ({ request }) => {
    const body = request.toArray();
    bodies.push(body.catch(() => {}));
    return body.then(() => Promise.reject(new Error('a fault of ours')));
  },
};
const server = createListener({
  appUrl: 'http://127.0.0.1:3000',
  trustedProxies: parseTrustedProxies([]),
  routes: [readsBody],
  pages: async (_request, response) => void response.end('a page'),
  log: createLog('error', { write: (line) => void logged.push(line) }),
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
  expect(await statusLineOf('GET /api HTTP/1.1')).toBe('HTTP/1.1 404 Not Found');
});

test.each(['/./api/x', '/x/../api/x', '/%2e/api/x', '/x/%2E%2e/api/x', '/.\\api/x', '/x/./../api/x?a=/b'])(
  'what leads to the API by a detour (%s) never reaches the pages',
  async (path) => {
    expect(await statusLineOf(`GET ${path} HTTP/1.1`)).toBe('HTTP/1.1 404 Not Found');
  },
);

test('pages are read, and nothing is sent to them', async () => {
  expect(await statusLineOf('HEAD /sign-in HTTP/1.1')).toBe('HTTP/1.1 200 OK');
  const body = ['Next-Action: 7f00', 'Content-Type: multipart/form-data; boundary=x', 'Content-Length: 1000'];
  // Only a form that was sent before its script was there does so: the page comes again.
  expect(await statusLineOf('POST /sign-in HTTP/1.1', ...body)).toBe('HTTP/1.1 303 See Other');
  expect(await statusLineOf('PUT / HTTP/1.1')).toBe('HTTP/1.1 405 Method Not Allowed');
});

test.each([
  ['/sign-in?next=%2F', '/sign-in?next=%2F'],
  ['http://localhost:3000/sign-in', '/sign-in'],
  ['http://evil.test/x', '/x'],
])('whoever types localhost for %s, or posts to it, is led to the page under our own name', async (target, page) => {
  for (const method of ['GET', 'POST']) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost:3000\r\nConnection: close\r\n\r\n`);
    const [first] = await once(socket, 'data');
    expect(/^location: (.*)\r$/im.exec(String(first))?.[1]).toBe(`http://127.0.0.1:3000${page}`);
    socket.destroy();
  }
});

test('a fault of ours is logged, and a sender who hangs up in the middle of a body is not', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('POST /api/body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  await expect.poll(() => bodies.length).toBe(1);
  socket.destroy();
  await bodies[0];
  expect(await statusLineOf('POST /api/body HTTP/1.1', 'Content-Length: 0')).toMatch(/ 500 /);
  expect(logged.map((line) => JSON.parse(line).err.message)).toEqual(['a fault of ours']);
});

test('what is no request is told so: too long a header 431, no HTTP 400', async () => {
  expect(await statusLineOf('GET / HTTP/1.1', `X: ${'a'.repeat(70_000)}`)).toMatch(/ 431 /);
  expect(await statusLineOf('nonsense')).toMatch(/ 400 /);
});
