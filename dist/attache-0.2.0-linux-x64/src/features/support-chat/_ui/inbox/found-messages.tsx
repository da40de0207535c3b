'use client';

import { CloudOff, MessageSquareText, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { cn } from '#shared/ui/cn.ts';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { ListSkeleton } from '../conversation-list/list-skeleton.tsx';
import { LoadMore } from '../conversation-list/load-more.tsx';
import type { MessageHits } from '../search/use-message-hits.ts';
import { FoundMessageRow } from './found-message-row.tsx';
import type { ConversationAddress } from './use-conversation-address.ts';

export interface FoundMessagesProps {
  found: MessageHits;
  query: string;
  address: ConversationAddress;
}

/** Messages of all dialogs that hold the words or a file of that name, in place of the list of dialogs. */
export function FoundMessages({ found, query, address }: FoundMessagesProps) {
  const t = useTranslations('search');
  const tList = useTranslations('inbox.list');
  const { state, hits } = found;
  if (state === 'idle') {
    return (
      <EmptyState icon={<MessageSquareText />} title={t('everywhereTitle')}>
        {t('everywhereBody')}
      </EmptyState>
    );
  }
  if (state === 'loading') return <ListSkeleton label={t('searching')} withAvatar />;
  if (state === 'failed') {
    return (
      <EmptyState
        icon={<CloudOff />}
        title={t('failedTitle')}
        action={<Button onClick={found.retry}>{tList('refresh')}</Button>}
      >
        {t('failedBody')}
      </EmptyState>
    );
  }
  return (
    <div data-dialog-list className={cn('px-2 pb-2 transition-opacity', found.isStale && 'opacity-60')}>
      <p role="status" className="sr-only">
        {hits.length === 0 ? t('nothing') : t('count', { count: hits.length })}
      </p>
      {hits.length === 0 ? (
        <EmptyState icon={<SearchX />} title={t('nothing')}>
          {t('nothingBody', { query })}
        </EmptyState>
      ) : (
        <ul aria-label={t('results')}>
          {hits.map((hit) => (
            <FoundMessageRow key={hit.message.id} hit={hit} query={query} address={address} />
          ))}
        </ul>
      )}
      {found.hasMore ? (
        <LoadMore
          busy={found.isLoadingMore}
          label={found.isLoadingMore ? tList('loadingMore') : t('more')}
          onMore={found.loadMore}
        />
      ) : null}
    </div>
  );
}
