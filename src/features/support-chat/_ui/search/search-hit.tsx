import { useLocale } from 'next-intl';
import type { FoundMessageDto } from '../../_api/types.ts';
import { formatDay } from '../attachment/format.ts';
import { HitFiles, MarkedText, useAuthorName } from './hit-words.tsx';

export interface SearchHitProps {
  hit: Pick<FoundMessageDto, 'message'>;
  query: string;
  onJump: (messageId: string) => void;
}

/** One message that was found: who, when, the words around, and the names of its files that match. */
export function SearchHit({ hit: { message }, query, onJump }: SearchHitProps) {
  const locale = useLocale();
  const authorOf = useAuthorName();
  return (
    <li>
      <button
        type="button"
        onClick={() => onJump(message.id)}
        className="block w-full rounded-md px-3 py-2 text-left transition-colors hover:bg-hover -outline-offset-2"
      >
        <span className="flex items-baseline justify-between gap-3">
          <span className="truncate text-sm font-medium">{authorOf(message)}</span>
          <span className="shrink-0 text-xs text-muted tabular">
            {formatDay(message.createdAt, locale, new Date())}
          </span>
        </span>
        {message.text ? (
          <span className="block truncate text-base text-muted">
            <MarkedText text={message.text} query={query} />
          </span>
        ) : null}
        <HitFiles attachments={message.attachments} query={query} />
      </button>
    </li>
  );
}
