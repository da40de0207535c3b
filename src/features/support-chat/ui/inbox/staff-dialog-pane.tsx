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
import { SearchButton } from '../search/search-button.tsx';
import { CloseToggle } from './close-toggle.tsx';
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
  // Closed or opened here, a dialog leaves the list on the screen, and nothing would say so any more.
  const [closedAt, setClosedAt] = useState<string | null>();
  const left = known && closedAt !== undefined ? { ...known, closedAt, waitingSince: null } : known;
  const header = (
    <StaffDialogHeader dialogId={dialogId} dialog={row ?? left} onBack={onBack} onClosedChange={setClosedAt} />
  );
  return <Conversation dialogId={dialogId} header={header} autoFocus={autoFocus} />;
}

interface StaffDialogHeaderProps {
  dialogId: string;
  dialog: StaffDialogDto | undefined;
  onBack: () => void;
  onClosedChange: (closedAt: string | null) => void;
}

function StaffDialogHeader({ dialogId, dialog, onBack, onClosedChange }: StaffDialogHeaderProps) {
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
      {dialog?.waitingSince ? (
        <Badge tone="waiting" className="max-sm:hidden">
          {t('row.waitingFor', { duration: tellWaiting(dialog.waitingSince) })}
        </Badge>
      ) : null}
      {dialog?.closedAt ? <Badge>{t('staff.closed')}</Badge> : null}
      <span className="flex">
        <SearchButton />
        <FilesButton dialogId={dialogId} />
        {dialog ? (
          <CloseToggle dialogId={dialogId} isClosed={dialog.closedAt !== null} onChange={onClosedChange} />
        ) : null}
      </span>
    </DialogHeader>
  );
}
