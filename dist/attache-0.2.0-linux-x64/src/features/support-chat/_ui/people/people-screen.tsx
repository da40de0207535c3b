'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { SearchField } from '../inbox/search-field.tsx';
import { useDebounced } from '../inbox/use-debounced.ts';
import { PeopleTable, usePeople } from './people-table.tsx';

const searchPauseMs = 250;

export function PeopleScreen({ currentUserId, accountMenu }: { currentUserId: string; accountMenu: ReactNode }) {
  const t = useTranslations('people');
  const [text, setText] = useState('');
  const query = useDebounced(text.trim(), searchPauseMs);
  const list = usePeople(query);
  return (
    <main id="content" tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto bg-canvas">
      <div className="mx-auto max-w-5xl px-4 pt-3 pb-12 md:px-8 md:pt-8">
        <div className="flex items-start justify-between gap-4">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
            <p className="mt-1 max-w-prose text-base text-muted">{t('lead')}</p>
          </div>
          <span className="mt-0.5 md:hidden">{accountMenu}</span>
        </div>
        <div className="mt-5 overflow-hidden rounded-xl border border-line bg-surface">
          <div className="border-b border-line p-3">
            <SearchField
              value={text}
              onChange={setText}
              label={t('search.label')}
              placeholder={t('search.placeholder')}
              clearLabel={t('search.clear')}
              busy={list.isPlaceholderData}
            />
          </div>
          <PeopleTable list={list} query={query} currentUserId={currentUserId} />
        </div>
      </div>
    </main>
  );
}
