import { useLocale } from 'next-intl';
import type { MouseEvent } from 'react';
import { Avatar } from '#shared/ui/avatar.tsx';
import { cn } from '#shared/ui/cn.ts';
import type { FoundMessageDto } from '../../_api/types.ts';
import { formatMoment } from '../attachment/format.ts';
import { useListTime } from '../conversation-list/use-list-time.ts';
import { HitFiles, MarkedText, useAuthorName } from '../search/hit-words.tsx';
import type { ConversationAddress } from './use-conversation-address.ts';

export interface FoundMessageRowProps {
  hit: FoundMessageDto;
  query: string;
  address: ConversationAddress;
}

/** One message that was found: whose conversation, when, who wrote it and what. A link, so a middle click opens a tab. */
export function FoundMessageRow({ hit: { message, customer, topic }, query, address }: FoundMessageRowProps) {
  const locale = useLocale();
  const { tellTime } = useListTime();
  const author = useAuthorName()(message);
  const isChosen = address.target?.messageId === message.id;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    address.open(message.dialogId, message.id);
  };
  return (
    <li>
      <a
        href={address.hrefOf(message.dialogId, message.id)}
        data-found-row={message.id}
        aria-current={isChosen ? 'true' : undefined}
        onClick={open}
        className={cn(
          'flex gap-3 rounded-lg px-3 py-2.5 focus-visible:-outline-offset-2',
          isChosen ? 'bg-accent-soft' : 'hover:bg-hover',
        )}
      >
        <Avatar name={customer.name} seed={customer.id} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate text-base font-medium">
              {customer.name}
              {topic ? <span className="font-normal text-muted"> · {topic}</span> : null}
            </span>
            <time
              dateTime={message.createdAt}
              title={formatMoment(message.createdAt, locale)}
              className="shrink-0 text-xs text-muted"
            >
              {tellTime(message.createdAt)}
            </time>
          </span>
          <span className="mt-0.5 line-clamp-2 text-sm text-muted">
            {author ? <span className="text-ink">{author}: </span> : null}
            {message.text ? <MarkedText text={message.text} query={query} /> : null}
          </span>
          <HitFiles attachments={message.attachments} query={query} />
        </span>
      </a>
    </li>
  );
}
