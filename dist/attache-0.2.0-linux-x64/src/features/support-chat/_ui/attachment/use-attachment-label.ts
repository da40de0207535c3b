import { useLocale, useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { formatBytes } from './format.ts';

/** "photo, 2 MB, from Anna": what a screen reader says for an attachment. */
export function useAttachmentLabel(): (attachment: AttachmentDto, senderName: string | null) => string {
  const t = useTranslations('conversation');
  const locale = useLocale();
  return useCallback(
    (attachment, senderName) => {
      const kind = t('kind', { kind: attachment.kind });
      const size = formatBytes(attachment.sizeBytes, locale);
      return senderName === null
        ? t('attachmentLabelOwn', { kind, size })
        : t('attachmentLabel', { kind, size, name: senderName });
    },
    [t, locale],
  );
}
