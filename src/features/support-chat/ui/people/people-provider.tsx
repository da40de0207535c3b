'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { createChatClient } from '../data/chat-client.ts';
import { TRPCProvider } from '../data/trpc.ts';

/** Calls without the chat's engine: this page has no conversation, so it opens no event stream. */
export function PeopleProvider({ children }: { children: ReactNode }) {
  const [{ queryClient, trpcClient }] = useState(createChatClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
