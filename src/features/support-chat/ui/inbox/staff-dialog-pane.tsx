'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Avatar } from '#shared/ui/avatar.tsx';
import { Badge } from '#shared/ui/badge.tsx';
import type { StaffDialogDto } from '../../dto/chat-dto.ts';
import { Conversation } from '../conversation/conversation.tsx';
import { useDialogMessages } from '../conversation/use-dialog-messages.ts';
import { useListTime } from '../dialog-list/use-list-time.ts';
import { FilesButton } from '../files/files-button.tsx';
import { DialogHeader } from './dialog-header.tsx';

export interface StaffDialogPaneProps {
  dialogId: string;
  /** The row of the list; missing while a search hides it, or when the address names a dialog that is not loaded. */
  row: StaffDialogDto | undefined;
  /** Whether the caret goes into the composer at once. */
  autoFocus: boolean;
  onBack: () => void;
}

/** Give it `key={dialogId}`: what is known of one dialog says nothing of the next. */
export function StaffDialogPane({ dialogId, row, autoFocus, onBack }: StaffDialogPaneProps) {
  const [known, setKnown] = useState(row);
  if (row && row !== known) setKnown(row);
  const header = <StaffDialogHeader dialogId={dialogId} dialog={row ?? known} onBack={onBack} />;
  return <Conversation dialogId={dialogId} header={header} autoFocus={autoFocus} />;
}

interface StaffDialogHeaderProps {
  dialogId: string;
  dialog: StaffDialogDto | undefined;
  onBack: () => void;
}

function StaffDialogHeader({ dialogId, dialog, onBack }: StaffDialogHeaderProps) {
  const t = useTranslations('inbox');
  const { tellWaiting } = useListTime();
  const { messages } = useDialogMessages(dialogId);
  const customer = dialog?.user ?? messages.find((message) => message.senderType === 'USER')?.sender;
  return (
    <DialogHeader
      avatar={customer ? <Avatar name={customer.name} seed={customer.id} size="sm" /> : undefined}
      title={customer?.name ?? t('staff.untitled')}
      subtitle={dialog ? [dialog.user.email, dialog.topic].filter(Boolean).join(' · ') : undefined}
      backLabel={t('staff.back')}
      onBack={onBack}
    >
      {dialog?.hasUnansweredIncoming && dialog.lastMessageAt ? (
        <Badge tone="waiting">{t('row.waitingFor', { duration: tellWaiting(dialog.lastMessageAt) })}</Badge>
      ) : null}
      <FilesButton dialogId={dialogId} />
    </DialogHeader>
  );
}
