import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';

export interface ConversationHeaderProps {
  avatar?: ReactNode;
  title: string;
  subtitle?: ReactNode;
  /** At the right. */
  children?: ReactNode;
  backLabel: string;
  onBack: () => void;
}

/** Whose conversation this is, and on small screens the way back to the list. */
export function ConversationHeader({ avatar, title, subtitle, children, backLabel, onBack }: ConversationHeaderProps) {
  return (
    <div className="flex h-(--header-height) shrink-0 items-center gap-3 border-b border-line bg-surface pr-3 pl-1.5 md:px-5">
      <IconButton label={backLabel} onClick={onBack} tooltip={false} className="-mr-1 md:hidden">
        <ArrowLeft aria-hidden="true" />
      </IconButton>
      {avatar}
      <div className="min-w-0 flex-1">
        <h2 dir="auto" className="truncate text-left text-base font-semibold">
          {title}
        </h2>
        {subtitle ? <p className="truncate text-sm text-muted">{subtitle}</p> : null}
      </div>
      {children}
    </div>
  );
}
