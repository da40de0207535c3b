'use client';

import { Paperclip } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { FoundMessageDto } from '../../dto/chat-dto.ts';
import { formatDay } from '../conversation/format.ts';
import { useChat } from '../data/support-chat-provider.tsx';
import { cutSnippet } from './snippet.ts';

export interface SearchHitProps {
  hit: Pick<FoundMessageDto, 'message'>;
  query: string;
  onJump: (messageId: string) => void;
}

/** One message that was found: who, when, the words around, and the names of its files that match. */
export function SearchHit({ hit: { message }, query, onJump }: SearchHitProps) {
  const t = useTranslations('search');
  const locale = useLocale();
  const { viewer } = useChat();
  const words = message.text ? cutSnippet(message.text, query) : null;
  const names = message.attachments.map(({ name }) => name);
  const matching = names.filter((name) => name.toLowerCase().includes(query.toLowerCase()));
  const sender = message.sender?.id === viewer.id ? t('you') : message.sender?.name;
  return (
    <li>
      <button
        type="button"
        onClick={() => onJump(message.id)}
        className="block w-full rounded-md px-3 py-2 text-left transition-colors hover:bg-hover -outline-offset-2"
      >
        <span className="flex items-baseline justify-between gap-3">
          <span className="truncate text-sm font-medium">{sender}</span>
          <span className="shrink-0 text-xs text-muted tabular">
            {formatDay(message.createdAt, locale, new Date())}
          </span>
        </span>
        {words ? (
          <span className="block truncate text-base text-muted">
            {words.before}
            {words.match ? <mark className="rounded-xs bg-waiting-soft text-waiting-text">{words.match}</mark> : null}
            {words.after}
          </span>
        ) : null}
        {matching.map((name) => (
          <span key={name} className="flex items-center gap-1.5 text-base text-muted">
            <Paperclip aria-hidden="true" className="size-3.5 shrink-0" />
            <span className="truncate">{name}</span>
          </span>
        ))}
      </button>
    </li>
  );
}
