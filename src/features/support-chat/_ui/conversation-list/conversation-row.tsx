import { Archive, Clock } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { CountBadge } from '#shared/ui/badge.tsx';
import { cn } from '#shared/ui/cn.ts';

export interface ConversationRowProps {
  dialogId: string;
  /** The address of this conversation: rows are links, so a middle click opens a tab. */
  href: string;
  selected: boolean;
  avatar?: ReactNode;
  title: string;
  /** Above the preview: what was said last stays to be seen however long the topic is. */
  topic?: string | null;
  preview: ReactNode;
  /** ISO 8601. */
  at: string | null;
  time: string;
  /** How long the customer has been waiting, or null when answered. */
  waiting: { short: string; full: string } | null;
  /** For a conversation that was put aside. */
  closedLabel?: string | null;
  unreadCount: number;
  unreadLabel: string;
  onOpen: (dialogId: string) => void;
}

export function ConversationRow({ dialogId, href, selected, avatar, onOpen, ...row }: ConversationRowProps) {
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(dialogId);
  };
  const isUnread = row.unreadCount > 0;
  return (
    <li className="[content-visibility:auto] [contain-intrinsic-size:auto_5rem]">
      <a
        href={href}
        data-dialog-row={dialogId}
        data-selected={selected}
        aria-current={selected ? 'true' : undefined}
        onClick={open}
        className={cn(
          'flex items-center gap-3 rounded-lg px-3 py-2.5 focus-visible:-outline-offset-2',
          selected ? 'bg-accent-soft' : 'hover:bg-hover',
        )}
      >
        {avatar}
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span
              dir="auto"
              className={cn('min-w-0 flex-1 truncate text-left text-base', isUnread ? 'font-semibold' : 'font-medium')}
            >
              {row.title}
            </span>
            {row.closedLabel ? (
              <span className="shrink-0 text-muted">
                <Archive aria-hidden="true" className="size-3.5" />
                <span className="sr-only">{row.closedLabel}</span>
              </span>
            ) : null}
            <RowTime at={row.at} time={row.time} waiting={row.waiting} />
          </span>
          {row.topic ? (
            <span dir="auto" className="mt-0.5 block truncate text-left text-sm text-ink">
              {row.topic}
            </span>
          ) : null}
          <span className="mt-0.5 flex items-center gap-2">
            <span
              dir="auto"
              className={cn('min-w-0 flex-1 truncate text-left text-sm', isUnread ? 'text-ink' : 'text-muted')}
            >
              {row.preview}
            </span>
            <CountBadge count={row.unreadCount} label={row.unreadLabel} />
          </span>
        </span>
      </a>
    </li>
  );
}

function RowTime({ at, time, waiting }: Pick<ConversationRowProps, 'at' | 'time' | 'waiting'>) {
  if (waiting) {
    return (
      <span className="flex shrink-0 items-center gap-1 text-xs font-medium text-waiting-text">
        <Clock aria-hidden="true" className="size-3.5" />
        <span aria-hidden="true">{waiting.short}</span>
        <span className="sr-only">{waiting.full}</span>
      </span>
    );
  }
  return at ? (
    <time dateTime={at} className="shrink-0 text-xs text-muted">
      {time}
    </time>
  ) : null;
}
