'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { createChatClient } from './chat-client.ts';
import { TRPCProvider } from './trpc.ts';

/** Calls without the chat's engine: a page that shows no conversation opens no event stream. */
export function CallsProvider({ children }: { children: ReactNode }) {
  const [{ queryClient, trpcClient }] = useState(createChatClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
