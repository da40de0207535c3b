import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { NodeHttpHandler, NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { createAbortError, onAbort, throwIfAborted } from '../../_model/abort.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { DEFAULT_MAX_CONNECTIONS, DEFAULT_TIMEOUT_MS, type S3StorageSettings } from '../../storage-settings.ts';
import { ReadingHandler, withRequestSignal } from './s3-reading-handler.ts';
import { s3RetryStrategy } from './s3-retries.ts';
import { WatchfulHandler } from './s3-watchful-handler.ts';

type Sockets = Pick<NodeHttpHandlerOptions, 'httpAgent' | 'httpsAgent' | 'connectionTimeout'>;

/** More bodies at once would only share the same line; `S3Put` sends no more. */
const MOST_WRITING = 16;
const MOST_ERRANDS = 32;

/**
 * Three clients with sockets of their own, so that nothing waits until a slow reader of a film has finished. `reader`
 * fetches bytes; it must not time out a silent socket, since a paused film is silent too (remote-reader.ts watches
 * instead). `writer` sends bytes and must, since nobody else notices a server that stops reading. `errands` has all that
 * is short. An upload is completed there for one more reason: on a socket that has just carried parts, the answer
 * of a server that leaves Nagle's algorithm on (Ceph, unless told otherwise) comes 40 ms late, since its second
 * segment waits for our delayed ACK. For the same reason the writer's sockets take turns: one that has rested
 * acknowledges at once (docs/decisions/049-s3-connection-pools-and-parallel-parts.md).
 */
export class S3Connection {
  readonly bucket: string;
  readonly timeoutMs: number;
  readonly reader: S3Client;
  readonly writer: S3Client;
  readonly errands: S3Client;
  readonly #agents: (HttpAgent | HttpsAgent)[] = [];

  constructor(settings: S3StorageSettings, timeoutMs = DEFAULT_TIMEOUT_MS) {
    this.bucket = settings.bucket;
    // A little early: the answer that tells of the silence has to be out within the time itself.
    this.timeoutMs = Math.round(timeoutMs * 0.9);
    const most = settings.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    this.reader = createClient(settings, new ReadingHandler({ ...this.#sockets(most), socketTimeout: 0 }), true);
    // The socket's own time is left for the answer's body; the handler ends at its head.
    const watchfulOver = (sockets: Sockets) =>
      new WatchfulHandler({ ...sockets, socketTimeout: this.timeoutMs }, this.timeoutMs);
    this.writer = createClient(settings, watchfulOver(this.#sockets(Math.min(most, MOST_WRITING), 'fifo')), false);
    this.errands = createClient(settings, watchfulOver(this.#sockets(Math.min(most, MOST_ERRANDS))), false);
  }

  #sockets(maxSockets: number, scheduling: 'fifo' | 'lifo' = 'lifo'): Sockets {
    const pool = { keepAlive: true, maxSockets, maxFreeSockets: 32, scheduling };
    const [httpAgent, httpsAgent] = [new HttpAgent(pool), new HttpsAgent(pool)];
    this.#agents.push(httpAgent, httpsAgent);
    return { httpAgent, httpsAgent, connectionTimeout: this.timeoutMs };
  }

  /**
   * Runs one request with a deadline over all its attempts. The returned `cancel` ends it also after it was answered,
   * while its body is still coming. `send` hands the signal on; requests of the reader have it already.
   * @throws AbortError, StorageUnavailableError at the deadline, else the SDK's error
   */
  async withDeadline<Output>(
    send: (abortSignal: AbortSignal) => Promise<Output>,
    signal?: AbortSignal,
  ): Promise<{ output: Output; cancel: () => void }> {
    throwIfAborted(signal);
    const controller = new AbortController();
    const cancelled = Promise.withResolvers<never>();
    const cancel = () => {
      controller.abort();
      // The SDK does not know of the signal while it waits for its next attempt.
      cancelled.reject(controller.signal.reason);
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      cancel();
    }, this.timeoutMs);
    const forget = onAbort(signal, cancel);
    try {
      const sending = withRequestSignal(controller.signal, () => send(controller.signal));
      return { output: await Promise.race([sending, cancelled.promise]), cancel };
    } catch (error) {
      if (signal?.aborted) throw createAbortError(signal);
      if (isLate) throw new StorageUnavailableError('the storage did not answer in time', { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      forget();
    }
  }

  close(): void {
    for (const client of [this.reader, this.writer, this.errands]) client.destroy();
    for (const agent of this.#agents) agent.destroy();
  }
}

function createClient(
  settings: S3StorageSettings,
  requestHandler: NodeHttpHandler,
  cacheMiddleware: boolean,
): S3Client {
  const checksums = settings.checksums ?? 'WHEN_REQUIRED';
  const config: S3ClientConfig = {
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    forcePathStyle: settings.forcePathStyle,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    retryStrategy: s3RetryStrategy,
    // Costs a round trip for each larger body, to save bytes that are refused next to never.
    expectContinueHeader: false,
    cacheMiddleware,
    requestHandler,
  };
  const client = new S3Client(settings.endpoint ? { ...config, endpoint: settings.endpoint } : config);
  addContentMd5(client);
  return client;
}

/**
 * The SDK has given up Content-MD5 for checksums of its own, which DeleteObjects of many servers does not know yet
 * (Ceph before 19, Garage, older MinIO): they answer 400 or 411. Sending both satisfies old and new.
 */
function addContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'DeleteObjectsCommand') setContentMd5(args.request);
      return next(args);
    },
    { name: 'addContentMd5', step: 'build', priority: 'low' },
  );
}

function setContentMd5(request: unknown): void {
  if (typeof request !== 'object' || request === null || !('body' in request) || !('headers' in request)) return;
  const { body, headers } = request;
  if (typeof headers !== 'object' || headers === null) return;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return;
  Object.assign(headers, { 'content-md5': createHash('md5').update(body).digest('base64') });
}
