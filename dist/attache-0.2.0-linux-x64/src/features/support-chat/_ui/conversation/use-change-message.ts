import { useTranslations } from 'next-intl';
import { toast } from '#shared/ui/toast.tsx';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import { swapMessage } from '../engine/conversation-messages.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

/** Edits and deletes one's own messages: shown at once, taken back with a word when the server refuses. */
export function useChangeMessage() {
  const t = useTranslations('conversation');
  const { client } = useChat().engine;
  const { supportChat } = client.trpcClient;

  const attempt = async (before: MessageDto, shown: MessageDto, call: () => Promise<{ message: MessageDto }>) => {
    swapMessage(client, shown);
    try {
      swapMessage(client, (await call()).message);
    } catch {
      swapMessage(client, before);
      toast(t('changeFailed'), { tone: 'danger' });
    }
  };
  const now = () => new Date().toISOString();
  return {
    edit: (message: MessageDto, text: string) =>
      attempt(message, { ...message, text, editedAt: now() }, () =>
        supportChat.editMessage.mutate({ messageId: message.id, text }),
      ),
    remove: (message: MessageDto) =>
      attempt(message, { ...message, text: null, attachments: [], deletedAt: now() }, () =>
        supportChat.deleteMessage.mutate({ messageId: message.id }),
      ),
  };
}
