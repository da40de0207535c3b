import { Readable } from 'node:stream';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { onAbort } from '../../_model/abort.ts';

type HttpRequest = Parameters<NodeHttpHandler['handle']>[0];
type HandleOptions = NonNullable<Parameters<NodeHttpHandler['handle']>[1]>;
type Answer = Awaited<ReturnType<NodeHttpHandler['handle']>>;

/** A server that takes less than this within the time allowed counts as silent. */
const PIECE_BYTES = 64 * 1024;

/**
 * Ends a request when the server has taken no further piece of its body, and not begun its answer, for `silenceMs`.
 * A timeout of the socket alone fires up to one period late: after a write that the system took in part, Node counts
 * that part as activity at the first expiry, and waits once more. So the body is handed over in pieces, and the next
 * one is asked for only when the socket has passed on those before.
 */
export class WatchfulHandler extends NodeHttpHandler {
  readonly #silenceMs: number;

  constructor(options: NodeHttpHandlerOptions, silenceMs: number) {
    super(options);
    this.#silenceMs = silenceMs;
  }

  /** @throws an error named TimeoutError after silence, as the SDK's own timeouts are, else what the SDK throws */
  override async handle(request: HttpRequest, options: HandleOptions = {}): Promise<Answer> {
    const controller = new AbortController();
    let isSilent = false;
    const timer = setTimeout(() => {
      isSilent = true;
      controller.abort();
    }, this.#silenceMs);
    const { abortSignal } = options;
    const forget = onAbort(abortSignal instanceof AbortSignal ? abortSignal : undefined, () => controller.abort());
    const body: unknown = request.body;
    // Here and not earlier: the signature, and the judgement whether a retry is possible, need the bytes.
    if (body instanceof Uint8Array) request.body = streamInPieces(body, () => timer.refresh());
    try {
      return await super.handle(request, { ...options, abortSignal: controller.signal });
    } catch (error) {
      if (isSilent) throw new SilenceError(error);
      throw error;
    } finally {
      clearTimeout(timer);
      forget();
      request.body = body;
    }
  }
}

class SilenceError extends Error {
  override readonly name = 'TimeoutError';

  constructor(cause: unknown) {
    super('the storage fell silent', { cause });
  }
}

function streamInPieces(body: Uint8Array, onPiece: () => void): Uint8Array | Readable {
  if (body.byteLength <= PIECE_BYTES) return body;
  let at = 0;
  return new Readable({
    highWaterMark: 1,
    read() {
      if (at > 0) onPiece();
      const piece = body.subarray(at, at + PIECE_BYTES);
      at += piece.byteLength;
      this.push(piece.byteLength > 0 ? piece : null);
    },
  });
}
