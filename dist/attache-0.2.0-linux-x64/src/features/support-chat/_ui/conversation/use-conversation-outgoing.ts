import { useMemo } from 'react';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import { useStore } from '../engine/store.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { withoutDelivered } from '../outbox/outbox-state.ts';

/** What this tab is still sending to a dialog (null: to the one about to be created). */
export function useConversationOutgoing(dialogId: string | null, messages: readonly MessageDto[]) {
  const { engine } = useChat();
  const all = useStore(engine.outbox.store, (outgoing) => outgoing);
  return useMemo(
    () =>
      withoutDelivered(
        all.filter((item) => item.dialogId === dialogId),
        messages,
      ),
    [all, messages, dialogId],
  );
}
