'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { useTrpc } from '../data/trpc.ts';
import { LoadMore } from '../dialog-list/load-more.tsx';
import { SearchField } from '../inbox/search-field.tsx';
import { useDebounced } from '../inbox/use-debounced.ts';
import { SearchHit } from './search-hit.tsx';

const hitsPerPage = 30;
const pauseMs = 250;

function useHits(dialogId: string, query: string) {
  const trpc = useTrpc();
  return useInfiniteQuery(
    trpc.supportChat.searchMessages.infiniteQueryOptions(
      { dialogId, query, limit: hitsPerPage },
      { getNextPageParam: (page) => page.nextCursor, enabled: query !== '', placeholderData: keepPreviousData },
    ),
  );
}

export interface SearchBarProps {
  dialogId: string;
  onJump: (messageId: string) => void;
  onClose: () => void;
}

/** Words and file names in one conversation, the newest first; a press goes to the message. */
export default function SearchBar({ dialogId, onJump, onClose }: SearchBarProps) {
  const t = useTranslations('search');
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const query = useDebounced(text.trim(), pauseMs);
  const list = useHits(dialogId, query);
  const hits = query === '' ? [] : (list.data?.pages.flatMap((page) => page.items) ?? []);
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text === '') onClose();
    const first = hits[0];
    if (event.key === 'Enter' && event.target === field.current && first) onJump(first.message.id);
  };
  const says = list.isError ? t('failed') : list.isFetching && !list.data ? t('searching') : null;
  const sum = list.data ? (hits.length === 0 ? t('nothing') : t('count', { count: hits.length })) : null;
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
            busy={list.isFetching}
          />
        </div>
        <IconButton label={t('close')} tooltip={false} onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {query === '' ? null : (
        <div className="max-h-[40dvh] scroll-quiet border-t border-line">
          <p role="status" className={hits.length > 0 ? 'sr-only' : 'px-4 py-3 text-base text-muted'}>
            {says ?? sum}
          </p>
          <ul aria-label={t('results')} className="mx-auto max-w-4xl px-1 py-1">
            {hits.map((hit) => (
              <SearchHit key={hit.message.id} hit={hit} query={query} onJump={onJump} />
            ))}
          </ul>
          {list.hasNextPage && hits.length > 0 ? (
            <LoadMore busy={list.isFetchingNextPage} label={t('more')} onMore={() => void list.fetchNextPage()} />
          ) : null}
        </div>
      )}
    </div>
  );
}
