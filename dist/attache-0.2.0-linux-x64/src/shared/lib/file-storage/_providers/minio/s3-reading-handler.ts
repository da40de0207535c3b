import { AsyncLocalStorage } from 'node:async_hooks';
import { NodeHttpHandler } from '@smithy/node-http-handler';

type HttpRequest = Parameters<NodeHttpHandler['handle']>[0];
type HandleOptions = NonNullable<Parameters<NodeHttpHandler['handle']>[1]>;
type Answer = Awaited<ReturnType<NodeHttpHandler['handle']>>;

const signals = new AsyncLocalStorage<AbortSignal>();

/** Runs `send`; this signal ends its requests, although `send` gives the SDK no options. */
export function withRequestSignal<Output>(signal: AbortSignal, send: () => Promise<Output>): Promise<Output> {
  return signals.run(signal, send);
}

/**
 * Takes the signal of a request from around it. Given as an option of `send`, it would make the SDK put its chain of
 * middlewares together anew for every request, a quarter of its share in a small read; without options the SDK keeps
 * one chain for each kind of command (`cacheMiddleware`; docs/decisions/032-cache-sdk-middleware-stack-for-s3-reads.md).
 */
export class ReadingHandler extends NodeHttpHandler {
  override handle(request: HttpRequest, options: HandleOptions = {}): Promise<Answer> {
    const abortSignal = signals.getStore();
    return super.handle(request, abortSignal ? { ...options, abortSignal } : options);
  }
}
