import { useMemo } from 'react';
import type { MessageDto } from '../../dto/chat-dto.ts';
import { withoutDelivered } from '../composer/outbox-state.ts';
import { useStore } from '../data/store.ts';
import { useChat } from '../data/support-chat-provider.tsx';

/** What this tab is still sending to a dialog (null: to the one about to be created). */
export function useDialogOutgoing(dialogId: string | null, messages: readonly MessageDto[]) {
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
