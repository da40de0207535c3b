import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Avatar } from '#shared/ui/avatar.tsx';
import type { StaffConversationDto } from '../../_api/types.ts';
import { ConversationRow } from '../conversation-list/conversation-row.tsx';
import { Preview } from '../conversation-list/preview-icon.tsx';
import { useListTime } from '../conversation-list/use-list-time.ts';
import type { ConversationAddress } from './use-conversation-address.ts';
import type { StaffConversations } from './use-staff-conversations.ts';

export interface StaffListProps {
  conversations: StaffConversations;
  address: ConversationAddress;
}

export function StaffList({ conversations, address }: StaffListProps) {
  const t = useTranslations('inbox');
  const { waiting, others, isStale } = conversations;
  const othersLabel = t(others.some(({ closedAt }) => closedAt !== null) ? 'filter.others' : 'filter.answered');
  const isSplit = waiting.length > 0 && others.length > 0;
  return (
    <div data-dialog-list className={isStale ? 'opacity-60 transition-opacity' : 'transition-opacity'}>
      {waiting.length > 0 ? (
        <Section title={isSplit ? t('filter.waiting') : null} label={t('filter.waiting')}>
          <Rows conversations={waiting} address={address} />
        </Section>
      ) : null}
      {others.length > 0 ? (
        <Section title={isSplit ? othersLabel : null} label={othersLabel}>
          <Rows conversations={others} address={address} />
        </Section>
      ) : null}
    </div>
  );
}

function Section({ title, label, children }: { title: string | null; label: string; children: ReactNode }) {
  return (
    <section aria-label={label} className="px-2 pb-2">
      {title ? <h2 className="px-3 pt-2 pb-1 text-xs font-medium text-muted">{title}</h2> : null}
      <ul>{children}</ul>
    </section>
  );
}

function Rows({
  conversations,
  address,
}: {
  conversations: readonly StaffConversationDto[];
  address: ConversationAddress;
}) {
  const t = useTranslations('inbox.row');
  const { tellTime, tellWaiting } = useListTime();
  return conversations.map((conversation) => {
    const { dialogId, user, topic, lastMessageAt, unreadCount } = conversation;
    const since = conversation.waitingSince ?? lastMessageAt;
    const short = since ? tellWaiting(since) : t('justNow');
    return (
      <ConversationRow
        key={dialogId}
        dialogId={dialogId}
        href={address.hrefOf(dialogId)}
        selected={dialogId === address.dialogId}
        avatar={<Avatar name={user.name} seed={user.id} />}
        title={user.name}
        topic={topic}
        preview={conversation.lastMessagePreview ? <Preview text={conversation.lastMessagePreview} /> : t('noMessages')}
        at={lastMessageAt}
        time={lastMessageAt ? tellTime(lastMessageAt) : ''}
        waiting={
          conversation.hasUnansweredIncoming && !conversation.closedAt
            ? { short, full: t('waitingFor', { duration: short }) }
            : null
        }
        closedLabel={conversation.closedAt ? t('closed') : null}
        unreadCount={unreadCount}
        unreadLabel={t('unread', { count: unreadCount })}
        onOpen={address.open}
      />
    );
  });
}
