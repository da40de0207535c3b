'use client';

import { MessagesSquare } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, type ReactNode, Suspense } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { Kbd } from '#shared/ui/kbd.tsx';
import { StaffConversationPane } from './staff-conversation-pane.tsx';
import { StaffListPane } from './staff-list-pane.tsx';
import { useNotifications } from './use-notifications.ts';
import { useStaffInbox } from './use-staff-inbox.ts';
import { useUnreadTitle } from './use-unread-title.ts';

const KeyboardSheet = lazy(() => import('./keyboard-sheet.tsx'));

export function StaffInbox({ accountMenu }: { accountMenu: ReactNode }) {
  const t = useTranslations('inbox.staff');
  const inbox = useStaffInbox();
  const { address, conversations, query, isAmongMessages } = inbox;
  const { dialogId } = address;
  useNotifications(address.open);
  useUnreadTitle(query && !isAmongMessages ? 0 : conversations.waitingCount);
  return (
    <main id="content" tabIndex={-1} className="flex min-w-0 flex-1">
      {/* Where the list is not shown, its heading is not there either. */}
      {dialogId ? <h1 className="sr-only md:hidden">{t('title')}</h1> : null}
      <section
        aria-label={t('listLabel')}
        className={cn(
          'w-full flex-col border-r border-line bg-surface md:flex md:w-72 lg:w-(--list-width)',
          dialogId ? 'hidden' : 'flex',
        )}
      >
        <StaffListPane inbox={inbox} accountMenu={accountMenu} />
      </section>
      <section
        ref={inbox.paneRef}
        aria-label={t('paneLabel')}
        className={cn('min-w-0 flex-1 flex-col bg-chat-ground md:flex', dialogId ? 'flex' : 'hidden')}
      >
        {dialogId ? (
          <StaffConversationPane
            key={dialogId}
            dialogId={dialogId}
            row={inbox.row}
            autoFocus={!inbox.isStepping}
            target={address.target}
            onBack={inbox.leave}
          />
        ) : (
          <EmptyState icon={<MessagesSquare />} title={t('chooseTitle')} className="flex-1">
            {t.rich('chooseBody', { key: (letter) => <Kbd>{letter}</Kbd> })}
          </EmptyState>
        )}
      </section>
      <Suspense>{inbox.isSheetOpen ? <KeyboardSheet open onOpenChange={inbox.setSheetOpen} /> : null}</Suspense>
    </main>
  );
}
