'use client';

import { Archive, CheckCheck, CloudOff, Inbox, Keyboard, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode, RefObject } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { ListSkeleton } from '../conversation-list/list-skeleton.tsx';
import type { MessageHits } from '../search/use-message-hits.ts';
import { FilterToggle } from './filter-toggle.tsx';
import { FoundMessages } from './found-messages.tsx';
import type { InboxFilter } from './inbox-order.ts';
import { ListTitle } from './list-title.tsx';
import { NotifyToggle } from './notify-toggle.tsx';
import { ScopeToggle, type SearchScope } from './scope-toggle.tsx';
import { SearchField } from './search-field.tsx';
import { StaffList } from './staff-list.tsx';
import type { ConversationAddress } from './use-conversation-address.ts';
import type { StaffConversations } from './use-staff-conversations.ts';

export interface StaffListPaneProps {
  dialogs: StaffConversations;
  address: ConversationAddress;
  filter: InboxFilter;
  onFilter: (filter: InboxFilter) => void;
  query: string;
  onQuery: (query: string) => void;
  scope: SearchScope;
  onScope: (scope: SearchScope) => void;
  /** Messages of all dialogs, while they are what is searched. */
  found: MessageHits;
  /** What was found was found by these words: the query as it last stood still. */
  words: string;
  searchRef: RefObject<HTMLInputElement | null>;
  onSheet: () => void;
  /** At the right of the title on small screens. */
  accountMenu: ReactNode;
}

export function StaffListPane(props: StaffListPaneProps) {
  const { dialogs, address, filter, onFilter, query, onQuery, searchRef, onSheet, accountMenu } = props;
  const { scope, onScope, found, words } = props;
  const t = useTranslations('inbox');
  const tSearch = useTranslations('search');
  const isAmongMessages = scope === 'messages';
  const openFirst = () => {
    const first = found.hits[0]?.message;
    if (first) address.open(first.dialogId, first.id);
  };
  return (
    <>
      <div className="flex flex-col gap-2.5 px-4 pt-3 pb-3">
        <div className="flex h-9 items-center gap-1">
          <ListTitle className="text-lg">{t('staff.title')}</ListTitle>
          <span className="flex-1" />
          <NotifyToggle />
          <IconButton label={t('keys.open')} shortcut="?" onClick={onSheet} className="-mr-2 max-md:hidden">
            <Keyboard aria-hidden="true" />
          </IconButton>
          <span className="ml-1.5 md:hidden">{accountMenu}</span>
        </div>
        <SearchField
          ref={searchRef}
          value={query}
          onChange={onQuery}
          label={isAmongMessages ? tSearch('everywhereLabel') : t('search.label')}
          placeholder={isAmongMessages ? tSearch('placeholder') : t('search.placeholder')}
          clearLabel={t('search.clear')}
          busy={isAmongMessages ? found.isFetching : dialogs.isStale}
          onEnter={isAmongMessages ? openFirst : undefined}
          shortcut={isAmongMessages ? 'F' : '/'}
        />
        {query || isAmongMessages ? <ScopeToggle value={scope} onChange={onScope} /> : null}
        {isAmongMessages ? null : (
          <FilterToggle
            value={filter}
            onChange={onFilter}
            waitingCount={dialogs.state === 'ready' && !query ? dialogs.waitingCount : null}
          />
        )}
      </div>
      <div className="min-h-0 flex-1 scroll-quiet">
        {isAmongMessages ? (
          <FoundMessages found={found} query={words} address={address} />
        ) : (
          <ListBody {...props} dialogs={dialogs} address={address} />
        )}
      </div>
    </>
  );
}

function ListBody({ dialogs, address, filter, onFilter, query, onQuery }: StaffListPaneProps) {
  const t = useTranslations('inbox');
  const showAll = (
    <Button size="sm" onClick={() => onFilter('all')}>
      {t('staff.showAll')}
    </Button>
  );
  if (dialogs.state === 'loading') return <ListSkeleton label={t('list.loading')} withAvatar />;
  if (dialogs.state === 'failed') {
    return (
      <EmptyState
        icon={<CloudOff />}
        title={t('list.failedTitle')}
        action={<Button onClick={dialogs.retry}>{t('list.refresh')}</Button>}
      >
        {t('list.failedBody')}
      </EmptyState>
    );
  }
  if (dialogs.waiting.length + dialogs.others.length > 0) return <StaffList dialogs={dialogs} address={address} />;
  if (query) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={t('staff.nothingFoundTitle')}
        action={
          filter !== 'all' ? (
            showAll
          ) : (
            <Button size="sm" onClick={() => onQuery('')}>
              {t('staff.clearSearch')}
            </Button>
          )
        }
      >
        {t('staff.nothingFoundBody', { query })}
      </EmptyState>
    );
  }
  if (filter === 'waiting') {
    return (
      <EmptyState icon={<CheckCheck />} title={t('staff.allAnsweredTitle')} action={showAll}>
        {t('staff.allAnsweredBody')}
      </EmptyState>
    );
  }
  if (filter === 'closed') {
    return (
      <EmptyState icon={<Archive />} title={t('staff.noClosedTitle')}>
        {t('staff.noClosedBody')}
      </EmptyState>
    );
  }
  if (filter === 'open') {
    return (
      <EmptyState icon={<Inbox />} title={t('staff.noOpenTitle')} action={showAll}>
        {t('staff.emptyBody')}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Inbox />} title={t('staff.emptyTitle')}>
      {t('staff.emptyBody')}
    </EmptyState>
  );
}
