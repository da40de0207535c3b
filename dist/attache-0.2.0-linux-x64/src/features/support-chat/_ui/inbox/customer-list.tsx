'use client';

import { CloudOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { ConversationRow } from '../conversation-list/conversation-row.tsx';
import { ListSkeleton } from '../conversation-list/list-skeleton.tsx';
import { LoadMore } from '../conversation-list/load-more.tsx';
import { Preview } from '../conversation-list/preview-icon.tsx';
import { useListTime } from '../conversation-list/use-list-time.ts';
import type { ConversationAddress } from './use-conversation-address.ts';
import type { UserConversations } from './use-user-conversations.ts';

export function CustomerList({ list, address }: { list: UserConversations; address: ConversationAddress }) {
  const t = useTranslations('inbox');
  const { tellTime } = useListTime();
  if (list.state === 'loading') return <ListSkeleton label={t('list.loading')} withAvatar={false} />;
  if (list.state === 'failed') {
    return (
      <EmptyState
        icon={<CloudOff />}
        title={t('list.failedTitle')}
        action={<Button onClick={list.retry}>{t('list.refresh')}</Button>}
      >
        {t('list.failedBody')}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className="px-2 pb-2">
        {list.dialogs.map((dialog) => (
          <ConversationRow
            key={dialog.dialogId}
            dialogId={dialog.dialogId}
            href={address.hrefOf(dialog.dialogId)}
            selected={dialog.dialogId === address.dialogId}
            title={dialog.topic ?? t('customer.untitled')}
            preview={dialog.lastMessagePreview ? <Preview text={dialog.lastMessagePreview} /> : t('row.noMessages')}
            at={dialog.updatedAt}
            time={tellTime(dialog.updatedAt)}
            waiting={null}
            unreadCount={dialog.unreadCount}
            unreadLabel={t('row.unread', { count: dialog.unreadCount })}
            onOpen={address.open}
          />
        ))}
      </ul>
      {list.hasMore ? (
        <LoadMore
          busy={list.isLoadingMore}
          label={t(list.isLoadingMore ? 'list.loadingMore' : 'list.more')}
          onMore={list.loadMore}
        />
      ) : null}
    </>
  );
}
