import { QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import { tap } from '@trpc/server/observable';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { AppRouter } from '../../_api/app-router.ts';
import { type ArrivedMessages, createArrivedMessages } from './arrived-messages.ts';
import { createStore, type Store } from './store.ts';

/** The code of a refused call (CONTRACT.md 4), or null when no answer came at all. */
export function readErrorCode(error: unknown): string | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('code' in data)) return null;
  return typeof data.code === 'string' ? data.code : null;
}

/** Refusals are final; only a silent network deserves another try. */
function shouldRetry(failures: number, error: unknown): boolean {
  const code = readErrorCode(error);
  return failures < 3 && (code === null || code === 'INTERNAL_SERVER_ERROR');
}

export interface ChatClient {
  queryClient: QueryClient;
  trpcClient: ReturnType<typeof createTRPCClient<AppRouter>>;
  /** Keys and options outside of React, the same ones `useTrpc()` gives inside. */
  trpc: ReturnType<typeof createTRPCOptionsProxy<AppRouter>>;
  /** True after any call was answered "no session"; false again after the next success. */
  signedOut: Store<boolean>;
  arrived: ArrivedMessages;
}

/** Infinite queries of TanStack add a `direction` to the input; our inputs refuse what they do not know. */
const withoutDirection: TRPCLink<AppRouter> = () => {
  return ({ op, next }) => {
    if (typeof op.input !== 'object' || op.input === null || !('direction' in op.input)) return next(op);
    const { direction: _unknown, ...input } = op.input;
    return next({ ...op, input });
  };
};

/** Every answer tells whether there is a session, also that to a call whose failure nobody else minds. */
function noticingSession(signedOut: Store<boolean>): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      next(op).pipe(
        tap({
          next: () => signedOut.update(() => false),
          error(error) {
            if (readErrorCode(error) === 'UNAUTHORIZED') signedOut.update(() => true);
          },
        }),
      );
}

export function createChatClient(): ChatClient {
  const signedOut = createStore(false);
  const queryClient = new QueryClient({
    defaultOptions: { queries: { staleTime: 30_000, retry: shouldRetry }, mutations: { retry: false } },
  });
  // One request a call and no batching: a slow list must not hold back a message.
  const trpcClient = createTRPCClient<AppRouter>({
    links: [noticingSession(signedOut), withoutDirection, httpLink({ url: '/api/trpc' })],
  });
  const trpc = createTRPCOptionsProxy({ client: trpcClient, queryClient });
  return { queryClient, trpcClient, trpc, signedOut, arrived: createArrivedMessages() };
}
