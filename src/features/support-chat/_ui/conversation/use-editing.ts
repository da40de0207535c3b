import { useMemo, useState } from 'react';
import type { MessageDto } from '../../_api/types.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { useChangeMessage } from './use-change-message.ts';

/** The message being edited or about to be deleted, and what the composer, the menus and the question do about it. */
export function useEditing(messages: readonly MessageDto[], hasNewer: boolean) {
  const { currentUser } = useChat();
  const { edit, remove } = useChangeMessage();
  const [editing, setEditing] = useState<MessageDto | null>(null);
  const [deleting, setDeleting] = useState<MessageDto | null>(null);
  const isOwnText = (m: MessageDto) => m.sender?.id === currentUser.id && m.deletedAt === null && m.text !== null;
  return {
    deleting,
    actions: useMemo(() => ({ edit: setEditing, askToDelete: setDeleting }), []),
    remove: (message: MessageDto) => void remove(message),
    cancelDelete: () => setDeleting(null),
    /** For the composer. */
    composerProps: {
      editing,
      onEditDone(text: string) {
        if (editing && text !== editing.text) void edit(editing, text);
        setEditing(null);
      },
      onEditCancel: () => setEditing(null),
      onEditLast() {
        // In the middle of the conversation the last thing said is not at hand.
        if (!hasNewer) setEditing(messages.findLast(isOwnText) ?? null);
      },
    },
  };
}
