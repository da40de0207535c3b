import type { Agent } from 'node:http';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenBytes } from './body-bytes.ts';
import type { DeliveryRequestHeaders } from './conditional.ts';
import { type DeliverableFile, decideFile } from './file-decision.ts';
import { errorAnswer } from './json-error.ts';
import { type FileSource, type SendResult, sendAnswer, sendFile } from './send-node.ts';

export const BYTES = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 8)) % 256));
export const FILE: DeliverableFile = {
  id: 'a1',
  sizeBytes: BYTES.length,
  mimeType: 'application/zip',
  etag: 'ab'.repeat(32),
  lastModified: new Date('2026-01-02T03:04:05Z'),
  fileName: 'archive.zip',
};

/** Stands for a storage: chunks of a size that is no divisor of anything. */
export const openMemory: OpenBytes = async (range) =>
  Readable.from(chunksOf(BYTES.subarray(range?.start ?? 0, (range?.end ?? BYTES.length - 1) + 1)), {
    objectMode: false,
  });

export function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 50_021) yield bytes.subarray(start, start + 50_021);
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** A real listener for tests of the Node adapter; what it answers is exchanged from test to test. */
export async function startHarness() {
  let handle: Handle = async () => {};
  const server = createServer((req, res) => void handle(req, res));
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    port,
    answerWith: (next: Handle) => {
      handle = next;
    },
    /** Serves the file from `source`, and tells how each sending ended. */
    serve: (source: FileSource, onSent: (request: IncomingMessage) => void = () => {}) => {
      const results: Promise<SendResult>[] = [];
      handle = async (req, res) => {
        const decision = decideFile({ method: req.method ?? '', headers: req.headers, file: FILE });
        const sending = sendFile(res, decision, source);
        results.push(sending);
        await sending.catch(() => sendAnswer(res, errorAnswer('STORAGE_UNAVAILABLE', { retryAfterSeconds: 5 })));
        onSent(req);
      };
      return results;
    },
    fetchBytes: (headers?: DeliveryRequestHeaders, options?: FetchOptions) => fetchBytes(port, headers, options),
    leaveAfter: (bytes: number, reset?: boolean) => leaveAfter(port, bytes, reset),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  reusedSocket: boolean;
}

interface FetchOptions {
  method?: string;
  agent?: Agent;
}

function fetchBytes(port: number, headers: DeliveryRequestHeaders = {}, options: FetchOptions = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const given = Object.entries(headers).filter(([, value]) => value !== undefined);
    const sent = { port, host: '127.0.0.1', headers: Object.fromEntries(given), ...options };
    const req = request(sent, (res) => {
      buffer(res).then(
        (body) => resolve({ status: res.statusCode ?? 0, headers: res.headers, body, reusedSocket: req.reusedSocket }),
        reject,
      );
    });
    req.on('error', reject).end();
  });
}

/** Asks for the file and leaves when `bytes` of the answer have come, or at once for 0. */
function leaveAfter(port: number, bytes: number, reset = false): Promise<void> {
  return new Promise((resolve) => {
    let received = 0;
    const socket = connect(port, '127.0.0.1');
    const leave = () => (reset ? socket.resetAndDestroy() : socket.destroy());
    socket.on('close', () => resolve()).on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received >= bytes) leave();
    });
    socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n', () => {
      if (bytes === 0) leave();
    });
  });
}

/** Waits for at most five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) await sleep(10);
  if (!condition()) throw new Error(`Not in five seconds: ${condition}`);
}
