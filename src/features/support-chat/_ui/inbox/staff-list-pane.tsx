import { Archive, CheckCheck, Inbox, Keyboard, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode, RefObject } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { ListSkeleton } from '#shared/ui/list-skeleton.tsx';
import { PagedList } from '#shared/ui/paged-list.tsx';
import { SearchField } from '#shared/ui/search-field.tsx';
import type { FoundMessageDto } from '../../_api/types.ts';
import type { PagedQuery } from '../engine/paged-query.ts';
import { FilterToggle } from './filter-toggle.tsx';
import { FoundMessages } from './found-messages.tsx';
import type { InboxFilter } from './inbox-order.ts';
import { ListTitle } from './list-title.tsx';
import { NotifyToggle } from './notify-toggle.tsx';
import { ScopeToggle, type SearchScope } from './scope-toggle.tsx';
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
  found: PagedQuery<FoundMessageDto>;
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
    const first = found.items[0]?.message;
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

function ListBody(props: StaffListPaneProps) {
  const t = useTranslations('inbox.list');
  const { dialogs, address } = props;
  return (
    <PagedList
      list={dialogs}
      skeleton={<ListSkeleton label={t('loading')} withAvatar />}
      failedTitle={t('failedTitle')}
      more={t(dialogs.isLoadingMore ? 'loadingMore' : 'more')}
    >
      {dialogs.waiting.length + dialogs.others.length > 0 ? (
        <StaffList dialogs={dialogs} address={address} />
      ) : (
        <NoConversations {...props} />
      )}
    </PagedList>
  );
}

const emptyIcons = { open: Inbox, waiting: CheckCheck, closed: Archive, all: Inbox };

/** Why there is nothing to see, and the way to where there may be. */
function NoConversations({ filter, onFilter, query, onQuery }: StaffListPaneProps) {
  const t = useTranslations('inbox.staff');
  const canShowAll = query ? filter !== 'all' : filter === 'open' || filter === 'waiting';
  const Icon = query ? SearchX : emptyIcons[filter];
  const action = canShowAll ? (
    <Button size="sm" onClick={() => onFilter('all')}>
      {t('showAll')}
    </Button>
  ) : query ? (
    <Button size="sm" onClick={() => onQuery('')}>
      {t('clearSearch')}
    </Button>
  ) : null;
  return (
    <EmptyState icon={<Icon />} title={query ? t('nothingFoundTitle') : t('emptyTitle', { filter })} action={action}>
      {query ? t('nothingFoundBody', { query }) : t('emptyBody', { filter })}
    </EmptyState>
  );
}
