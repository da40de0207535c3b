'use client';

import { MessagesSquare } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { Kbd } from '#shared/ui/kbd.tsx';
import { useDebounced } from '#shared/ui/use-debounced.ts';
import { useMessageHits } from '../search/use-message-hits.ts';
import type { InboxFilter } from './inbox-order.ts';
import { stepFrom } from './inbox-order.ts';
import type { SearchScope } from './scope-toggle.tsx';
import { StaffConversationPane } from './staff-conversation-pane.tsx';
import { StaffListPane } from './staff-list-pane.tsx';
import { useConversationAddress } from './use-conversation-address.ts';
import { useInboxKeys } from './use-inbox-keys.ts';
import { useNotifications } from './use-notifications.ts';
import { useStaffConversations } from './use-staff-conversations.ts';
import { useUnreadTitle } from './use-unread-title.ts';

const KeyboardSheet = lazy(() => import('./keyboard-sheet.tsx'));

const searchPauseMs = 250;

/** The row may be drawn a moment after it is chosen. */
function scrollToRow(attribute: 'data-dialog-row' | 'data-found-row', id: string): void {
  requestAnimationFrame(() => {
    document.querySelector(`[${attribute}="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' });
  });
}

export function StaffInbox({ accountMenu }: { accountMenu: ReactNode }) {
  const t = useTranslations('inbox.staff');
  const address = useConversationAddress('/admin/support-chat');
  const [filter, setFilter] = useState<InboxFilter>('open');
  const [scope, setScope] = useState<SearchScope>('dialogs');
  const [query, setQuery] = useState('');
  // Stepping by keys must leave the keys to the list; opening by hand means to write.
  const [isStepping, setIsStepping] = useState(false);
  const [sheetOpen, setSheetOpen] = useState(false);
  const searchRef = useRef<HTMLInputElement>(null);
  const paneRef = useRef<HTMLElement>(null);
  const words = useDebounced(query.trim(), searchPauseMs);
  const isAmongMessages = scope === 'messages';
  // Whoever searches among the open ones means the closed ones as well.
  const shownFilter = filter === 'open' && query !== '' ? 'all' : filter;
  const dialogs = useStaffConversations(shownFilter, isAmongMessages ? '' : words);
  const found = useMessageHits(isAmongMessages ? words : '');
  const rows = [...dialogs.waiting, ...dialogs.others];
  const openByHand = (dialogId: string | null, messageId?: string) => {
    setIsStepping(false);
    address.open(dialogId, messageId);
  };
  const searchIn = (where: SearchScope) => {
    setScope(where);
    searchRef.current?.select();
  };

  useNotifications(openByHand);
  useUnreadTitle(query && !isAmongMessages ? 0 : dialogs.waitingCount);

  useInboxKeys({
    onStep(step) {
      const ids = isAmongMessages ? found.items.map(({ message }) => message.id) : rows.map((row) => row.dialogId);
      const next = stepFrom(ids, isAmongMessages ? (address.target?.messageId ?? null) : address.dialogId, step);
      if (!next) return;
      setIsStepping(true);
      const hit = isAmongMessages ? found.items.find(({ message }) => message.id === next) : undefined;
      if (hit) address.open(hit.message.dialogId, next);
      else address.open(next);
      scrollToRow(hit ? 'data-found-row' : 'data-dialog-row', next);
    },
    onSearch: () => searchIn('dialogs'),
    onSearchMessages: () => searchIn('messages'),
    onFilter: () => setFilter(filter === 'waiting' ? 'open' : 'waiting'),
    onWrite: () => paneRef.current?.querySelector('textarea')?.focus(),
    onLeave() {
      const active = document.activeElement;
      if (active instanceof HTMLElement && active !== document.body) active.blur();
      else if (address.dialogId) address.open(null);
      else setScope('dialogs');
    },
    onSheet: () => setSheetOpen(true),
  });

  return (
    <main id="content" tabIndex={-1} className="flex min-w-0 flex-1">
      {/* Where the list is not shown, its heading is not there either. */}
      {address.dialogId ? <h1 className="sr-only md:hidden">{t('title')}</h1> : null}
      <section
        aria-label={t('listLabel')}
        className={cn(
          'w-full flex-col border-r border-line bg-surface md:flex md:w-72 lg:w-(--list-width)',
          address.dialogId ? 'hidden' : 'flex',
        )}
      >
        <StaffListPane
          dialogs={dialogs}
          address={{ ...address, open: openByHand }}
          filter={shownFilter}
          onFilter={setFilter}
          scope={scope}
          onScope={setScope}
          found={found}
          words={words}
          query={query}
          onQuery={setQuery}
          searchRef={searchRef}
          onSheet={() => setSheetOpen(true)}
          accountMenu={accountMenu}
        />
      </section>
      <section
        ref={paneRef}
        aria-label={t('paneLabel')}
        className={cn('min-w-0 flex-1 flex-col bg-chat-ground md:flex', address.dialogId ? 'flex' : 'hidden')}
      >
        {address.dialogId ? (
          <StaffConversationPane
            key={address.dialogId}
            dialogId={address.dialogId}
            row={rows.find((row) => row.dialogId === address.dialogId)}
            autoFocus={!isStepping}
            target={address.target}
            onBack={() => address.open(null)}
          />
        ) : (
          <EmptyState icon={<MessagesSquare />} title={t('chooseTitle')} className="flex-1">
            {t.rich('chooseBody', { key: (letter) => <Kbd>{letter}</Kbd> })}
          </EmptyState>
        )}
      </section>
      {sheetOpen ? (
        <Suspense>
          <KeyboardSheet open onOpenChange={setSheetOpen} />
        </Suspense>
      ) : null}
    </main>
  );
}
