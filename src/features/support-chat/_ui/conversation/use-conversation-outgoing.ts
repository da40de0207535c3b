import { useMemo } from 'react';
import { useStore } from '#shared/ui/store.ts';
import type { MessageDto } from '../../_api/types.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { withoutDelivered } from '../outbox/outgoing.ts';

/** What this tab is still sending to a conversation (null: to the one about to be created). */
export function useConversationOutgoing(dialogId: string | null, messages: readonly MessageDto[]) {
  const { engine } = useChat();
  const all = useStore(engine.outbox.store, ({ outgoing }) => outgoing);
  return useMemo(
    () =>
      withoutDelivered(
        all.filter((item) => item.dialogId === dialogId),
        messages,
      ),
    [all, messages, dialogId],
  );
}
