import { Archive, CheckCheck, Inbox, Keyboard, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { ListSkeleton } from '#shared/ui/list-skeleton.tsx';
import { PagedList } from '#shared/ui/paged-list.tsx';
import { SearchField } from '#shared/ui/search-field.tsx';
import { FoundMessages } from './found-messages.tsx';
import type { InboxFilter } from './inbox-order.ts';
import { ListTitle } from './list-title.tsx';
import { NotifyToggle } from './notify-toggle.tsx';
import { Segments } from './segments.tsx';
import { StaffList } from './staff-list.tsx';
import type { SearchScope, StaffInboxState } from './use-staff-inbox.ts';

const filters: readonly InboxFilter[] = ['open', 'waiting', 'closed', 'all'];

export interface StaffListPaneProps {
  inbox: StaffInboxState;
  /** At the right of the title on small screens. */
  accountMenu: ReactNode;
}

export function StaffListPane({ inbox, accountMenu }: StaffListPaneProps) {
  const t = useTranslations('inbox');
  const { isAmongMessages, found, words, address } = inbox;
  return (
    <>
      <div className="flex flex-col gap-2.5 px-4 pt-3 pb-3">
        <div className="flex h-9 items-center gap-1">
          <ListTitle className="text-lg">{t('staff.title')}</ListTitle>
          <span className="flex-1" />
          <NotifyToggle />
          <IconButton
            label={t('keys.open')}
            shortcut="?"
            onClick={() => inbox.setSheetOpen(true)}
            className="-mr-2 max-md:hidden"
          >
            <Keyboard aria-hidden="true" />
          </IconButton>
          <span className="ml-1.5 md:hidden">{accountMenu}</span>
        </div>
        <Search inbox={inbox} />
        <Narrowing inbox={inbox} />
      </div>
      <div className="min-h-0 flex-1 scroll-quiet">
        {isAmongMessages ? (
          <FoundMessages found={found} query={words} address={address} />
        ) : (
          <Conversations inbox={inbox} />
        )}
      </div>
    </>
  );
}

type PartProps = Pick<StaffListPaneProps, 'inbox'>;

function Search({ inbox }: PartProps) {
  const t = useTranslations('inbox.search');
  const tSearch = useTranslations('search');
  const { isAmongMessages, found, address } = inbox;
  const openFirst = () => {
    const first = found.items[0]?.message;
    if (first) address.open(first.dialogId, first.id);
  };
  return (
    <SearchField
      ref={inbox.searchRef}
      value={inbox.query}
      onChange={inbox.setQuery}
      label={isAmongMessages ? tSearch('everywhereLabel') : t('label')}
      placeholder={isAmongMessages ? tSearch('placeholder') : t('placeholder')}
      clearLabel={t('clear')}
      busy={isAmongMessages ? found.isFetching : inbox.conversations.isStale}
      onEnter={isAmongMessages ? openFirst : undefined}
      shortcut={isAmongMessages ? 'F' : '/'}
    />
  );
}

/** What is searched, and which of the conversations are shown. */
function Narrowing({ inbox }: PartProps) {
  const t = useTranslations('inbox.filter');
  const tSearch = useTranslations('search');
  const { isAmongMessages, query, conversations } = inbox;
  const waitingCount = conversations.state === 'ready' && !query ? conversations.waitingCount : null;
  return (
    <>
      {query || isAmongMessages ? (
        <Segments<SearchScope>
          legend={tSearch('scope')}
          options={[
            { value: 'conversations', label: tSearch('inDialogs') },
            { value: 'messages', label: tSearch('inMessages') },
          ]}
          value={inbox.scope}
          onChange={inbox.setScope}
        />
      ) : null}
      {isAmongMessages ? null : (
        <Segments
          legend={t('label')}
          options={filters.map((value) => ({
            value,
            label: t(value),
            count: value === 'waiting' ? waitingCount : null,
          }))}
          value={inbox.filter}
          onChange={inbox.setFilter}
        />
      )}
    </>
  );
}

function Conversations({ inbox }: PartProps) {
  const t = useTranslations('inbox.list');
  const { conversations, address } = inbox;
  return (
    <PagedList
      list={conversations}
      skeleton={<ListSkeleton label={t('loading')} withAvatar />}
      failedTitle={t('failedTitle')}
      more={t(conversations.isLoadingMore ? 'loadingMore' : 'more')}
    >
      {conversations.waiting.length + conversations.others.length > 0 ? (
        <StaffList conversations={conversations} address={address} />
      ) : (
        <NoConversations inbox={inbox} />
      )}
    </PagedList>
  );
}

const emptyIcons = { open: Inbox, waiting: CheckCheck, closed: Archive, all: Inbox };

/** Why there is nothing to see, and the way to where there may be. */
function NoConversations({ inbox: { filter, setFilter, query, setQuery } }: PartProps) {
  const t = useTranslations('inbox.staff');
  const canShowAll = query ? filter !== 'all' : filter === 'open' || filter === 'waiting';
  const Icon = query ? SearchX : emptyIcons[filter];
  const way = canShowAll
    ? { words: t('showAll'), go: () => setFilter('all') }
    : query
      ? { words: t('clearSearch'), go: () => setQuery('') }
      : null;
  const action = way ? (
    <Button size="sm" onClick={way.go}>
      {way.words}
    </Button>
  ) : null;
  return (
    <EmptyState icon={<Icon />} title={query ? t('nothingFoundTitle') : t('emptyTitle', { filter })} action={action}>
      {query ? t('nothingFoundBody', { query }) : t('emptyBody', { filter })}
    </EmptyState>
  );
}
