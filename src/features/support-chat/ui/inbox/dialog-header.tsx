'use client';

import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { useTypingName } from '../data/support-chat-provider.tsx';

export interface DialogHeaderProps {
  dialogId: string;
  avatar?: ReactNode;
  title: string;
  subtitle?: ReactNode;
  /** At the right. */
  children?: ReactNode;
  backLabel: string;
  onBack: () => void;
}

/** Whose dialog this is; while they write, that is said in place of the second line. */
export function DialogHeader({ dialogId, avatar, title, subtitle, children, backLabel, onBack }: DialogHeaderProps) {
  const t = useTranslations('inbox.header');
  const typingName = useTypingName(dialogId);
  return (
    <div className="flex h-(--header-height) shrink-0 items-center gap-3 border-b border-line bg-surface px-2 md:px-5">
      <IconButton label={backLabel} onClick={onBack} tooltip={false} className="md:hidden">
        <ArrowLeft aria-hidden="true" />
      </IconButton>
      {avatar}
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-base font-semibold">{title}</h2>
        {typingName ? (
          <p className="truncate text-sm text-accent-text">{t('typing', { name: typingName })}</p>
        ) : subtitle ? (
          <p className="truncate text-sm text-muted">{subtitle}</p>
        ) : null}
      </div>
      {children}
    </div>
  );
}
