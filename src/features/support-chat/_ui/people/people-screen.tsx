'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { AdminScreen } from '#shared/ui/admin-screen.tsx';
import { SearchField } from '#shared/ui/search-field.tsx';
import { useDebounced } from '#shared/ui/use-debounced.ts';
import { PeopleTable, usePeople } from './people-table.tsx';

const searchPauseMs = 250;

export function PeopleScreen({ currentUserId, accountMenu }: { currentUserId: string; accountMenu: ReactNode }) {
  const t = useTranslations('people');
  const [text, setText] = useState('');
  const query = useDebounced(text.trim(), searchPauseMs);
  const list = usePeople(query);
  return (
    <AdminScreen title={t('title')} lead={t('lead')} accountMenu={accountMenu}>
      <div className="mt-5 overflow-hidden rounded-xl border border-line bg-surface">
        <div className="border-b border-line p-3">
          <SearchField
            value={text}
            onChange={setText}
            label={t('search.label')}
            placeholder={t('search.placeholder')}
            clearLabel={t('search.clear')}
            busy={list.isStale}
          />
        </div>
        <PeopleTable list={list} query={query} currentUserId={currentUserId} />
      </div>
    </AdminScreen>
  );
}
