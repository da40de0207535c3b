import { useTranslations } from 'next-intl';
import { Avatar } from '#shared/ui/avatar.tsx';
import { Badge } from '#shared/ui/badge.tsx';
import type { StaffConversationDto } from '../../_api/types.ts';
import { Conversation } from '../conversation/conversation.tsx';
import { useConversationMessages } from '../conversation/use-conversation-messages.ts';
import { useListTime } from '../conversation-list/use-list-time.ts';
import { FilesButton } from '../files/files-button.tsx';
import { DateButton } from '../search/date-button.tsx';
import { SearchButton } from '../search/search-button.tsx';
import { CloseToggle } from './close-toggle.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { PresenceLine } from './presence-line.tsx';
import type { MessageTarget } from './use-conversation-address.ts';
import { useStaffConversation } from './use-staff-conversation.ts';

export interface StaffConversationPaneProps {
  dialogId: string;
  /** The row of the list; missing while a search hides it, or when the address names a conversation that is not loaded. */
  row: StaffConversationDto | undefined;
  /** Whether the caret goes into the composer at once. */
  autoFocus: boolean;
  target: MessageTarget | null;
  onBack: () => void;
}

/** Give it `key={dialogId}`: what is known of one conversation says nothing of the next. */
export function StaffConversationPane({ dialogId, row, autoFocus, target, onBack }: StaffConversationPaneProps) {
  const { conversation, setClosedAt } = useStaffConversation(dialogId, row);
  const header = (
    <StaffConversationHeader
      dialogId={dialogId}
      conversation={conversation}
      onBack={onBack}
      onClosedChange={setClosedAt}
    />
  );
  return <Conversation dialogId={dialogId} header={header} autoFocus={autoFocus} target={target} />;
}

interface StaffConversationHeaderProps {
  dialogId: string;
  conversation: StaffConversationDto | undefined;
  onBack: () => void;
  onClosedChange: (closedAt: string | null) => void;
}

function StaffConversationHeader({ dialogId, conversation, onBack, onClosedChange }: StaffConversationHeaderProps) {
  const t = useTranslations('inbox');
  const { tellWaiting } = useListTime();
  const { messages } = useConversationMessages(dialogId);
  const customer = conversation?.user ?? messages.find((message) => message.senderType === 'USER')?.sender;
  return (
    <ConversationHeader
      avatar={customer ? <Avatar name={customer.name} seed={customer.id} size="sm" /> : undefined}
      title={customer?.name ?? t('staff.untitled')}
      subtitle={
        <>
          <PresenceLine dialogId={dialogId} />
          {conversation
            ? ['', conversation.user.email, conversation.topic].filter((part) => part !== null).join(' · ')
            : null}
        </>
      }
      backLabel={t('staff.back')}
      onBack={onBack}
    >
      {conversation?.waitingSince ? (
        <Badge tone="waiting" className="max-sm:hidden">
          {t('row.waitingFor', { duration: tellWaiting(conversation.waitingSince) })}
        </Badge>
      ) : null}
      {conversation?.closedAt ? <Badge>{t('staff.closed')}</Badge> : null}
      <span className="flex">
        <SearchButton />
        <DateButton className="max-sm:hidden" />
        <FilesButton dialogId={dialogId} />
        {conversation ? (
          <CloseToggle dialogId={dialogId} isClosed={conversation.closedAt !== null} onChange={onClosedChange} />
        ) : null}
      </span>
    </ConversationHeader>
  );
}
