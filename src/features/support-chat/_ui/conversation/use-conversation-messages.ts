import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { createMessagesOptions, showArrived } from '../engine/conversation-messages.ts';
import { flattenMessages } from '../engine/message-cache.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

/** The loaded messages of a conversation, oldest first. More of them come by `useMessagePaging`. */
export function useConversationMessages(dialogId: string) {
  const { client } = useChat().engine;
  const { data, isError, error, refetch } = useInfiniteQuery(createMessagesOptions(client.trpc, dialogId));
  const messages = useMemo(() => flattenMessages(data), [data]);
  const isLoaded = data !== undefined;
  useEffect(() => {
    if (isLoaded) showArrived(client, dialogId);
  }, [isLoaded, client, dialogId]);
  return { data, isError, error, refetch, messages };
}
