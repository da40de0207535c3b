import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import { useAttachmentLabel } from '../attachment/use-attachment-label.ts';
import { sideOf } from '../engine/current-user.ts';
import { useChat, useChatEvent } from '../engine/support-chat-provider.tsx';

const mostChars = 200;

/** What a screen reader says of a message that just arrived. The list itself is no live region: it changes with every scroll. */
export function useAnnouncement(dialogId: string): string {
  const t = useTranslations('conversation');
  const { currentUser } = useChat();
  const labelOf = useAttachmentLabel();
  const [text, setText] = useState('');

  const describe = (message: MessageDto) => {
    const name = message.sender?.name ?? '';
    const files = message.attachments.map((attachment) => labelOf(attachment, null));
    return t('announcement', { name, text: [message.text?.slice(0, mostChars), ...files].filter(Boolean).join(', ') });
  };
  useChatEvent('message.created', ({ dialogId: of, message }) => {
    if (of === dialogId && message.senderType !== sideOf(currentUser)) setText(describe(message));
  });
  return text;
}
