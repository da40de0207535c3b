'use client';

import { MessagesSquare } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { Kbd } from '#shared/ui/kbd.tsx';
import type { InboxFilter } from './inbox-order.ts';
import { stepFrom } from './inbox-order.ts';
import { StaffDialogPane } from './staff-dialog-pane.tsx';
import { StaffListPane } from './staff-list-pane.tsx';
import { useDebounced } from './use-debounced.ts';
import { useDialogAddress } from './use-dialog-address.ts';
import { useInboxKeys } from './use-inbox-keys.ts';
import { useNotifications } from './use-notifications.ts';
import { useStaffDialogs } from './use-staff-dialogs.ts';
import { useUnreadTitle } from './use-unread-title.ts';

const KeyboardSheet = lazy(() => import('./keyboard-sheet.tsx'));

const searchPauseMs = 250;

/** The row may be drawn a moment after it is chosen. */
function scrollToRow(dialogId: string): void {
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-dialog-row="${CSS.escape(dialogId)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
  });
}

export function StaffInbox({ accountMenu }: { accountMenu: ReactNode }) {
  const t = useTranslations('inbox.staff');
  const address = useDialogAddress('/admin/support-chat');
  const [filter, setFilter] = useState<InboxFilter>('all');
  const [query, setQuery] = useState('');
  // Stepping by keys must leave the keys to the list; opening by hand means to write.
  const [isStepping, setIsStepping] = useState(false);
  const [sheetOpen, setSheetOpen] = useState(false);
  const searchRef = useRef<HTMLInputElement>(null);
  const paneRef = useRef<HTMLElement>(null);
  const dialogs = useStaffDialogs(filter, useDebounced(query.trim(), searchPauseMs));
  const rows = [...dialogs.waiting, ...dialogs.answered];
  const openByHand = (dialogId: string | null) => {
    setIsStepping(false);
    address.open(dialogId);
  };

  useNotifications(openByHand);
  useUnreadTitle(query ? 0 : dialogs.waitingCount);

  useInboxKeys({
    onStep(step) {
      const next = stepFrom(
        rows.map((row) => row.dialogId),
        address.dialogId,
        step,
      );
      if (!next) return;
      setIsStepping(true);
      address.open(next);
      scrollToRow(next);
    },
    onSearch: () => searchRef.current?.select(),
    onFilter: () => setFilter(filter === 'waiting' ? 'all' : 'waiting'),
    onWrite: () => paneRef.current?.querySelector('textarea')?.focus(),
    onLeave() {
      const active = document.activeElement;
      if (active instanceof HTMLElement && active !== document.body) active.blur();
      else address.open(null);
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
          filter={filter}
          onFilter={setFilter}
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
          <StaffDialogPane
            key={address.dialogId}
            dialogId={address.dialogId}
            row={rows.find((row) => row.dialogId === address.dialogId)}
            autoFocus={!isStepping}
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
