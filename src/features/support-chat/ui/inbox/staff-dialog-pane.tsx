'use client';

import { useTranslations } from 'next-intl';
import { Avatar } from '#shared/ui/avatar.tsx';
import { Badge } from '#shared/ui/badge.tsx';
import type { StaffDialogDto } from '../../dto/chat-dto.ts';
import { Conversation } from '../conversation/conversation.tsx';
import { useListTime } from '../dialog-list/use-list-time.ts';
import { DialogHeader } from './dialog-header.tsx';

export interface StaffDialogPaneProps {
  dialogId: string;
  /** The row of the list; missing when the address names a dialog that is not loaded or not there. */
  dialog: StaffDialogDto | undefined;
  onBack: () => void;
}

export function StaffDialogPane({ dialogId, dialog, onBack }: StaffDialogPaneProps) {
  const t = useTranslations('inbox');
  const { tellWaiting } = useListTime();
  const details = dialog ? [dialog.user.email, dialog.topic].filter(Boolean).join(' · ') : undefined;
  return (
    <>
      <DialogHeader
        dialogId={dialogId}
        avatar={dialog ? <Avatar name={dialog.user.name} seed={dialog.user.id} size="sm" /> : undefined}
        title={dialog?.user.name ?? t('staff.untitled')}
        subtitle={details}
        backLabel={t('staff.back')}
        onBack={onBack}
      >
        {dialog?.hasUnansweredIncoming && dialog.lastMessageAt ? (
          <Badge tone="waiting">{t('row.waitingFor', { duration: tellWaiting(dialog.lastMessageAt) })}</Badge>
        ) : null}
      </DialogHeader>
      <Conversation dialogId={dialogId} />
    </>
  );
}
