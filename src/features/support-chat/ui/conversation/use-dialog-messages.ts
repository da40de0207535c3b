import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { createMessagesOptions } from '../data/dialog-messages.ts';
import { flattenMessages } from '../data/message-cache.ts';
import { useChat } from '../data/support-chat-provider.tsx';

/** The messages of a dialog, oldest first, and the way to older ones. */
export function useDialogMessages(dialogId: string) {
  const { engine } = useChat();
  const query = useInfiniteQuery(createMessagesOptions(engine.client.trpc, dialogId));
  const messages = useMemo(() => flattenMessages(query.data), [query.data]);
  return { ...query, messages };
}
