import { useTranslations } from 'next-intl';
import { ListSkeleton } from '#shared/ui/list-skeleton.tsx';
import { PagedList } from '#shared/ui/paged-list.tsx';
import type { UserConversationDto } from '../../_api/types.ts';
import { ConversationRow } from '../conversation-list/conversation-row.tsx';
import { Preview } from '../conversation-list/preview-icon.tsx';
import { useListTime } from '../conversation-list/use-list-time.ts';
import type { PagedQuery } from '../engine/paged-query.ts';
import type { ConversationAddress } from './use-conversation-address.ts';

export interface CustomerListProps {
  list: PagedQuery<UserConversationDto>;
  address: ConversationAddress;
}

export function CustomerList({ list, address }: CustomerListProps) {
  const t = useTranslations('inbox');
  const { tellTime } = useListTime();
  return (
    <PagedList
      list={list}
      skeleton={<ListSkeleton label={t('list.loading')} withAvatar={false} />}
      failedTitle={t('list.failedTitle')}
      more={t(list.isLoadingMore ? 'list.loadingMore' : 'list.more')}
    >
      <ul className="px-2 pb-2">
        {list.items.map((conversation) => (
          <ConversationRow
            key={conversation.dialogId}
            dialogId={conversation.dialogId}
            href={address.hrefOf(conversation.dialogId)}
            selected={conversation.dialogId === address.dialogId}
            title={conversation.topic ?? t('customer.untitled')}
            preview={
              conversation.lastMessagePreview ? <Preview text={conversation.lastMessagePreview} /> : t('row.noMessages')
            }
            at={conversation.updatedAt}
            time={tellTime(conversation.updatedAt)}
            waiting={null}
            unreadCount={conversation.unreadCount}
            unreadLabel={t('row.unread', { count: conversation.unreadCount })}
            onOpen={address.open}
          />
        ))}
      </ul>
    </PagedList>
  );
}
