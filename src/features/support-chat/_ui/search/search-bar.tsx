import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useContext, useEffect, useRef, useState } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { LoadMore } from '#shared/ui/load-more.tsx';
import { SearchField } from '#shared/ui/search-field.tsx';
import { useDebounced } from '#shared/ui/use-debounced.ts';
import { DateButton } from './date-button.tsx';
import { JumpContext } from './jump.ts';
import { SearchHit } from './search-hit.tsx';
import { useMessageHits } from './use-message-hits.ts';

const pauseMs = 250;

export interface SearchBarProps {
  dialogId: string;
  onClose: () => void;
}

/** Words and file names in one conversation, the newest first; a press goes to the message. */
export default function SearchBar({ dialogId, onClose }: SearchBarProps) {
  const t = useTranslations('search');
  const { go } = useContext(JumpContext);
  const onJump = (messageId: string) => go({ messageId });
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const query = useDebounced(text.trim(), pauseMs);
  const found = useMessageHits(query, dialogId);
  const { items: hits } = found;
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text === '') onClose();
    const first = hits[0];
    if (event.key === 'Enter' && event.target === field.current && first) onJump(first.message.id);
  };
  const sum = hits.length === 0 ? t('nothing') : t('count', { count: hits.length });
  const status = { loading: t('searching'), failed: t('failed'), ready: sum }[found.state];
  return (
    <div onKeyDownCapture={onKeyDown} className="relative z-20 border-b border-line bg-surface">
      <div className="mx-auto flex max-w-4xl items-center gap-1 px-3 py-2">
        <div className="min-w-0 flex-1">
          <SearchField
            ref={field}
            value={text}
            onChange={setText}
            label={t('label')}
            placeholder={t('placeholder')}
            clearLabel={t('clear')}
            busy={found.isFetching}
          />
        </div>
        <DateButton className="sm:hidden" />
        <IconButton label={t('close')} tooltip={false} onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {query === '' ? null : (
        <div className="max-h-[40dvh] scroll-quiet border-t border-line">
          <p role="status" className={hits.length > 0 ? 'sr-only' : 'px-4 py-3 text-base text-muted'}>
            {status}
          </p>
          <ul aria-label={t('results')} className="mx-auto max-w-4xl px-1 py-1">
            {hits.map((hit) => (
              <SearchHit key={hit.message.id} hit={hit} query={query} onJump={onJump} />
            ))}
          </ul>
          {found.hasMore && hits.length > 0 ? (
            <LoadMore busy={found.isLoadingMore} label={t('more')} onMore={found.loadMore} />
          ) : null}
        </div>
      )}
    </div>
  );
}
