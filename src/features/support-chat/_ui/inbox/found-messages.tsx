import { MessageSquareText, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cn } from '#shared/ui/cn.ts';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { ListSkeleton } from '#shared/ui/list-skeleton.tsx';
import { PagedList } from '#shared/ui/paged-list.tsx';
import type { FoundMessageDto } from '../../_api/types.ts';
import type { PagedQuery } from '../engine/paged-query.ts';
import { FoundMessageRow } from './found-message-row.tsx';
import type { ConversationAddress } from './use-conversation-address.ts';

export interface FoundMessagesProps {
  found: PagedQuery<FoundMessageDto>;
  query: string;
  address: ConversationAddress;
}

/** Messages of all conversations with these words or a file of that name, in place of the list of conversations. */
export function FoundMessages({ found, query, address }: FoundMessagesProps) {
  const t = useTranslations('search');
  const tList = useTranslations('inbox.list');
  const { items } = found;
  if (query === '') {
    return (
      <EmptyState icon={<MessageSquareText />} title={t('everywhereTitle')}>
        {t('everywhereBody')}
      </EmptyState>
    );
  }
  return (
    <PagedList
      list={found}
      skeleton={<ListSkeleton label={t('searching')} withAvatar />}
      failedTitle={t('failedTitle')}
      more={found.isLoadingMore ? tList('loadingMore') : t('more')}
    >
      <div data-dialog-list className={cn('px-2 pb-2 transition-opacity', found.isStale && 'opacity-60')}>
        <p role="status" className="sr-only">
          {items.length === 0 ? t('nothing') : t('count', { count: items.length })}
        </p>
        {items.length === 0 ? (
          <EmptyState icon={<SearchX />} title={t('nothing')}>
            {t('nothingBody', { query })}
          </EmptyState>
        ) : (
          <ul aria-label={t('results')}>
            {items.map((hit) => (
              <FoundMessageRow key={hit.message.id} hit={hit} query={query} address={address} />
            ))}
          </ul>
        )}
      </div>
    </PagedList>
  );
}
