import { useCallback } from 'react';
import type { SentAttachmentDto } from '../../_api/types.ts';
import { useAttachmentLabel } from '../attachment/use-attachment-label.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

/** "photo, 2 MB, from Anna"; without a name for the reader's own. */
export function useSenderLabel(): (file: SentAttachmentDto) => string {
  const { currentUser } = useChat();
  const labelOf = useAttachmentLabel();
  return useCallback(
    (file) => labelOf(file, file.sender?.id === currentUser.id ? null : (file.sender?.name ?? null)),
    [labelOf, currentUser.id],
  );
}
