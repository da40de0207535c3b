'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useState } from 'react';
import { useStore } from '#shared/ui/store.ts';
import { refuseStrayDrops } from '#shared/ui/stray-drops.ts';
import { LocalPicturesContext } from '../attachment/use-local-picture.ts';
import { type ChatEngine, createChatEngine } from './chat-engine.ts';
import type { ChatSettings, CurrentUser } from './current-user.ts';
import type { ChatEventListener } from './event-hub.ts';
import type { ChatEventName, LiveStatus } from './event-stream.ts';
import { TRPCProvider } from './trpc.ts';

interface ChatContextValue {
  engine: ChatEngine;
  currentUser: CurrentUser;
  settings: ChatSettings;
}

const ChatContext = createContext<ChatContextValue | null>(null);

export interface SupportChatProviderProps {
  currentUser: CurrentUser;
  settings: ChatSettings;
  children: ReactNode;
}

/** Once around the pages of the chat. Give it `key={viewer.id}` where the person may change without a page load. */
export function SupportChatProvider({ currentUser, settings, children }: SupportChatProviderProps) {
  const [value] = useState<ChatContextValue>(() => ({ currentUser, settings, engine: createChatEngine(currentUser) }));
  const { engine } = value;
  useEffect(() => engine.start(), [engine]);
  useEffect(() => refuseStrayDrops(), []);
  return (
    <ChatContext value={value}>
      <LocalPicturesContext value={engine.localPictures}>
        <QueryClientProvider client={engine.client.queryClient}>
          <TRPCProvider trpcClient={engine.client.trpcClient} queryClient={engine.client.queryClient}>
            {children}
          </TRPCProvider>
        </QueryClientProvider>
      </LocalPicturesContext>
    </ChatContext>
  );
}

/** Throws outside of a provider: that is a mistake in the page, not a state. */
export function useChat(): ChatContextValue {
  const value = useContext(ChatContext);
  if (!value) throw new Error('useChat needs a SupportChatProvider above it');
  return value;
}

/** Calls `listener` for each event of this name while the component is there. */
export function useChatEvent<N extends ChatEventName>(name: N, listener: ChatEventListener<N>): void {
  const { hub } = useChat().engine;
  const onEvent = useEffectEvent(listener);
  useEffect(() => hub.on(name, (payload) => onEvent(payload)), [hub, name]);
}

export function useLiveStatus(): LiveStatus {
  return useStore(useChat().engine.hub.status, (status) => status);
}

/** Whether the server said that the session is over. */
export function useSignedOut(): boolean {
  return useStore(useChat().engine.client.signedOut, (signedOut) => signedOut);
}

/** Name of the person of the other side who is writing in this conversation, or null. */
export function useTypingName(dialogId: string): string | null {
  return useStore(useChat().engine.typing.store, (typing) => typing[dialogId] ?? null);
}
