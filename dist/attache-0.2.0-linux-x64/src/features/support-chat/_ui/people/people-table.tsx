'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { CloudOff, UserSearch } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import type { PersonDto } from '../../_api/dto/chat-dto.ts';
import { ListSkeleton } from '../conversation-list/list-skeleton.tsx';
import { LoadMore } from '../conversation-list/load-more.tsx';
import { useTrpc } from '../engine/trpc.ts';
import { PersonRow } from './person-row.tsx';

const rowsPerPage = 50;
const columns = ['person', 'role', 'access', 'since'] as const;

export function usePeople(query: string) {
  const trpc = useTrpc();
  return useInfiniteQuery(
    trpc.people.list.infiniteQueryOptions(
      { limit: rowsPerPage, ...(query ? { query } : {}) },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData },
    ),
  );
}

export interface PeopleTableProps {
  list: ReturnType<typeof usePeople>;
  query: string;
  currentUserId: string;
}

export function PeopleTable({ list, query, currentUserId }: PeopleTableProps) {
  const t = useTranslations('people');
  if (list.isError && !list.data) {
    return (
      <EmptyState
        icon={<CloudOff />}
        title={t('failedTitle')}
        action={<Button onClick={() => void list.refetch()}>{t('failedRetry')}</Button>}
      >
        {t('failedBody')}
      </EmptyState>
    );
  }
  if (!list.data) return <ListSkeleton label={t('loading')} withAvatar />;
  const people = list.data.pages.flatMap((page) => page.items);
  if (people.length === 0) {
    return (
      <EmptyState icon={<UserSearch />} title={query ? t('nothingFoundTitle') : t('empty')}>
        {query ? t('nothingFoundBody', { query }) : null}
      </EmptyState>
    );
  }
  return (
    <>
      <Table people={people} currentUserId={currentUserId} isStale={list.isPlaceholderData} />
      {list.hasNextPage ? (
        <LoadMore busy={list.isFetchingNextPage} label={t('more')} onMore={() => void list.fetchNextPage()} />
      ) : null}
    </>
  );
}

function Table({ people, currentUserId, isStale }: { people: PersonDto[]; currentUserId: string; isStale: boolean }) {
  const t = useTranslations('people');
  return (
    <table className={`w-full table-fixed transition-opacity max-md:block ${isStale ? 'opacity-60' : ''}`}>
      <caption className="sr-only">{t('title')}</caption>
      <thead className="max-md:sr-only">
        <tr className="border-b border-line">
          {columns.map((column) => (
            <th
              key={column}
              scope="col"
              className="px-4 py-2.5 text-left text-sm font-medium text-muted not-first:w-1/5 last:w-36"
            >
              {t(`column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {people.map((person) => (
          <PersonRow key={person.id} person={person} isSelf={person.id === currentUserId} />
        ))}
      </tbody>
    </table>
  );
}
