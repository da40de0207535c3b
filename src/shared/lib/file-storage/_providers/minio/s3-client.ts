import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createErrorMapping } from '../../_driver/error-mapping.ts';
import type { PutBody } from '../../_driver/put-body.ts';
import { settleUnlessSilent } from '../../_remote/settle-unless-silent.ts';
import { socketCode } from '../../_remote/socket-code.ts';
import { storageTimeout } from '../../storage-errors.ts';
import { DEFAULT_MAX_CONNECTIONS, DEFAULT_TIMEOUT_MS, type S3StorageSettings } from '../../storage-settings.ts';

export interface S3Clients {
  /** For bytes: a reader may hold its connection for hours. */
  downloads: S3Client;
  /** For everything else, so that it never waits for readers. */
  rest: S3Client;
  /** How long the storage may stay silent. */
  timeoutMs: number;
}

/** With the SDK's own timeouts and retries; only silence is not tried again, since it has used up the caller's time. */
export function createS3Clients(settings: S3StorageSettings, givenTimeoutMs = DEFAULT_TIMEOUT_MS): S3Clients {
  // A little early: the response that tells of the silence has to be out within the time itself.
  const timeoutMs = Math.round(givenTimeoutMs * 0.9);
  const pool = { maxSockets: settings.maxConnections ?? DEFAULT_MAX_CONNECTIONS };
  const sockets = { httpAgent: pool, httpsAgent: pool, connectionTimeout: timeoutMs };
  // Until the head of a response: its body is watched by `openRemoteBody`, which knows a paused reader from a silent
  // storage. Without the second setting the first only warns.
  const untilHead = { requestTimeout: timeoutMs, throwOnRequestTimeout: true, socketTimeout: 0 };
  return {
    downloads: createS3Client(settings, { requestHandler: { ...sockets, ...untilHead } }),
    // Of silence only, for a part of an upload may take its time. A storage that takes a part no further is noticed
    // within twice this: Node counts the bytes that the system took at first as activity.
    rest: createS3Client(settings, { requestHandler: { ...sockets, socketTimeout: timeoutMs } }),
    timeoutMs,
  };
}

/** Sends what anybody could, without the key. */
export function createAnonymousClient(settings: S3StorageSettings, timeoutMs: number): S3Client {
  const signer = { sign: async <Request>(request: Request) => request };
  return createS3Client(settings, { requestHandler: { socketTimeout: timeoutMs }, signer });
}

function createS3Client(settings: S3StorageSettings, config: S3ClientConfig): S3Client {
  const checksums = settings.checksums ?? 'WHEN_REQUIRED';
  const client = new S3Client({
    ...(settings.endpoint && { endpoint: settings.endpoint }),
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    forcePathStyle: settings.forcePathStyle,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    // Costs a round trip for each larger body, to save bytes that are refused next to never.
    expectContinueHeader: false,
    ...config,
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        // Without a cause: the SDK looks through it for a reason to try again.
        throw isSilence(error) ? storageTimeout() : error;
      }
    },
    { name: 'failAtSilence', step: 'deserialize' },
  );
  // DeleteObjects of many servers does not know the SDK's checksums yet (Ceph before 19, Garage, older MinIO): they
  // answer 400 or 411 without Content-MD5. Sending both satisfies old and new.
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: string };
      if (context.commandName === 'DeleteObjectsCommand') {
        headers['content-md5'] = createHash('md5').update(body).digest('base64');
      }
      return next(args);
    },
    { name: 'addContentMd5', step: 'build', priority: 'low' },
  );
  return client;
}

type Command = Parameters<S3Client['send']>[0];

/**
 * The requests of one lib-storage `Upload`. It gives them no signal, so that an aborted upload would go on sending, and
 * reads on from a slow sender after a part has failed (docs/decisions/076-s3-uploads-with-lib-storage.md).
 */
export class UploadRequests {
  readonly client: S3Client;
  failure: { error: unknown } | null = null;
  readonly #rest: S3Client;
  readonly #body: PutBody;
  readonly #stop = new AbortController();
  /** A request has been sent that makes the object appear. */
  #mayExist = false;

  constructor(rest: S3Client, body: PutBody) {
    this.#rest = rest;
    this.#body = body;
    this.client = Object.create(rest, { send: { value: (command: Command) => this.#send(command) } });
  }

  /** Ends what is on its way. */
  stop(): void {
    this.#stop.abort();
  }

  /** After a failure, of which a request that was answered too late or never may have done its work. Never throws. */
  async removeObject(target: { Bucket: string; Key: string }): Promise<void> {
    if (!this.#mayExist || isRefusal(this.failure?.error)) return;
    await settleUnlessSilent(this.#rest.send(new DeleteObjectCommand(target)), this.failure?.error);
  }

  async #send(command: Command): Promise<unknown> {
    if (command instanceof AbortMultipartUploadCommand) {
      return settleUnlessSilent(this.#rest.send(command), this.failure?.error);
    }
    if (command instanceof PutObjectCommand || command instanceof CompleteMultipartUploadCommand) this.#mayExist = true;
    // An upload whose id nobody has heard could not be aborted.
    const options = command instanceof CreateMultipartUploadCommand ? {} : { abortSignal: this.#stop.signal };
    try {
      return await this.#rest.send(command, options);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.failure ??= { error };
      this.stop();
      this.#body.interrupt(error);
      throw error;
    }
  }
}

/** The server took the request and fell silent. The SDK calls refused and reset connections timeouts too. */
function isSilence(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return false;
  const code = socketCode(error);
  return code === undefined || code === 'ETIMEDOUT';
}

const FULL: ReadonlySet<string> = new Set(['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull']);

export const { toStorageError, toUnavailable } = createErrorMapping('s3', isMissing, (error) => {
  if (!(error instanceof S3ServiceException)) {
    const code = socketCode(error);
    return { reason: code === undefined ? 'failed' : 'unreachable', code };
  }
  if (FULL.has(error.name)) return { reason: 'full', code: error.name };
  return { reason: isRefusal(error) ? 'refused' : 'failed', code: error.name };
});

/** The object is missing, told by the server. A missing bucket is no missing object. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** The server understood and said no: nothing of the request was carried out, nor will it be later. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return (status >= 400 && status < 500) || status === 501;
}
