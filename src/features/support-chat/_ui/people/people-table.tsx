import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { UserSearch } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { ListSkeleton } from '#shared/ui/list-skeleton.tsx';
import { PagedList } from '#shared/ui/paged-list.tsx';
import type { PersonDto } from '../../_api/types.ts';
import { type PagedQuery, toPagedQuery } from '../engine/paged-query.ts';
import { useTrpc } from '../engine/trpc.ts';
import { PersonRow } from './person-row.tsx';

const rowsPerPage = 50;
const columns = ['person', 'role', 'access', 'since'] as const;

export function usePeople(query: string): PagedQuery<PersonDto> {
  const trpc = useTrpc();
  const pages = useInfiniteQuery(
    trpc.people.list.infiniteQueryOptions(
      { limit: rowsPerPage, ...(query ? { query } : {}) },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData },
    ),
  );
  return toPagedQuery(pages);
}

export interface PeopleTableProps {
  list: PagedQuery<PersonDto>;
  query: string;
  currentUserId: string;
}

export function PeopleTable({ list, query, currentUserId }: PeopleTableProps) {
  const t = useTranslations('people');
  return (
    <PagedList
      list={list}
      skeleton={<ListSkeleton label={t('loading')} withAvatar />}
      failedTitle={t('failedTitle')}
      more={t('more')}
    >
      {list.items.length === 0 ? (
        <EmptyState icon={<UserSearch />} title={query ? t('nothingFoundTitle') : t('empty')}>
          {query ? t('nothingFoundBody', { query }) : null}
        </EmptyState>
      ) : (
        <Table people={list.items} currentUserId={currentUserId} isStale={list.isStale} />
      )}
    </PagedList>
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
