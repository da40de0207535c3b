'use client';

import { useCallback } from 'react';
import type { SentAttachmentDto } from '../../dto/chat-dto.ts';
import { useAttachmentLabel } from '../conversation/attachments/use-attachment-label.ts';
import { useChat } from '../data/support-chat-provider.tsx';

/** "photo, 2 MB, from Anna"; without a name for the reader's own. */
export function useSenderLabel(): (file: SentAttachmentDto) => string {
  const { viewer } = useChat();
  const labelOf = useAttachmentLabel();
  return useCallback(
    (file) => labelOf(file, file.sender?.id === viewer.id ? null : (file.sender?.name ?? null)),
    [labelOf, viewer.id],
  );
}
