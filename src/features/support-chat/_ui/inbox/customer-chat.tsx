'use client';

import { MessagesSquare, SquarePen } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { BrandMark, Wordmark } from '#shared/ui/brand.tsx';
import { cn } from '#shared/ui/cn.ts';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { IconButton } from '#shared/ui/icon-button.tsx';
import type { UserConversationDto } from '../../_api/types.ts';
import { Conversation } from '../conversation/conversation.tsx';
import { NewConversation } from '../conversation/new-conversation.tsx';
import type { PagedQuery } from '../engine/paged-query.ts';
import { FilesButton } from '../files/files-button.tsx';
import { DateButton } from '../search/date-button.tsx';
import { SearchButton } from '../search/search-button.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { CustomerList } from './customer-list.tsx';
import { ListTitle } from './list-title.tsx';
import { NotifyToggle } from './notify-toggle.tsx';
import { PresenceLine } from './presence-line.tsx';
import { type ConversationAddress, useConversationAddress } from './use-conversation-address.ts';
import { useLatestOnWide } from './use-latest-on-wide.ts';
import { useNotifications } from './use-notifications.ts';
import { useUnreadTitle } from './use-unread-title.ts';
import { useUserConversations } from './use-user-conversations.ts';

/** In place of an id in the address: a conversation about to be started. */
const newConversation = 'new';

/** The customer's page: their conversations and the chosen one; on small screens one at a time. */
export function CustomerChat({ accountMenu }: { accountMenu: ReactNode }) {
  const t = useTranslations('inbox.customer');
  const address = useConversationAddress('/support-chat');
  const list = useUserConversations();
  const isNew = address.dialogId === null || address.dialogId === newConversation;
  const isFirst = isNew && list.state === 'ready' && list.items.length === 0;
  const paneOpen = address.dialogId !== null || isFirst;
  useNotifications(address.open);
  useLatestOnWide(list.items[0]?.dialogId, address);
  useUnreadTitle(list.items.filter((conversation) => conversation.unreadCount > 0).length);

  return (
    <main id="content" tabIndex={-1} className="flex h-(--page-height)">
      {/* Where the list is not shown, its heading is not there either. */}
      {paneOpen ? <h1 className={isFirst ? 'sr-only' : 'sr-only md:hidden'}>{t('title')}</h1> : null}
      <section
        aria-label={t('listLabel')}
        className={cn(
          'w-full flex-col border-r border-line bg-surface md:w-72 lg:w-(--list-width)',
          // Before the first conversation there is no list to speak of.
          paneOpen ? 'hidden' : 'flex',
          isFirst ? null : 'md:flex',
        )}
      >
        <div className="flex h-(--header-height) shrink-0 items-center gap-1 px-4">
          <BrandMark className="mr-1.5 size-7" />
          <ListTitle className="text-md">{t('title')}</ListTitle>
          <span className="flex-1" />
          <NotifyToggle />
          <IconButton label={t('new')} onClick={() => address.open(newConversation)}>
            <SquarePen aria-hidden="true" />
          </IconButton>
          <span className="ml-1.5 flex">{accountMenu}</span>
        </div>
        <div data-dialog-list className="min-h-0 flex-1 scroll-quiet">
          <CustomerList list={list} address={address} />
        </div>
      </section>
      <section
        aria-label={t('paneLabel')}
        className={cn('min-w-0 flex-1 flex-col bg-chat-ground md:flex', paneOpen ? 'flex' : 'hidden')}
      >
        <CustomerPane list={list} address={address} isFirst={isFirst} accountMenu={accountMenu} />
      </section>
    </main>
  );
}

interface CustomerPaneProps {
  list: PagedQuery<UserConversationDto>;
  address: ConversationAddress;
  isFirst: boolean;
  accountMenu: ReactNode;
}

function CustomerPane({ list, address, isFirst, accountMenu }: CustomerPaneProps) {
  const t = useTranslations('inbox.customer');
  const tCommon = useTranslations('common');
  const { target, open } = address;
  // The address follows a moment after the conversation is begun; until then its first message must not leave the screen.
  const [begunId, setBegunId] = useState<string | null>(null);
  const isNew = address.dialogId === newConversation || (address.dialogId === null && isFirst);
  const dialogId = isNew ? begunId : address.dialogId;
  if (!isNew && begunId !== null) setBegunId(null);
  if (isNew && dialogId === null) {
    const header = isFirst ? (
      <div className="flex h-(--header-height) shrink-0 items-center justify-between border-b border-line bg-surface px-4 md:px-5">
        <Wordmark name={tCommon('productName')} className="text-md" />
        {accountMenu}
      </div>
    ) : (
      <ConversationHeader title={t('new')} backLabel={t('back')} onBack={() => open(null)} />
    );
    const show = (id: string) => {
      setBegunId(id);
      open(id);
    };
    return <NewConversation header={header} onCreated={show} />;
  }
  if (dialogId === null) {
    return (
      <EmptyState icon={<MessagesSquare />} title={t('chooseTitle')} className="flex-1">
        {t('chooseBody')}
      </EmptyState>
    );
  }
  const conversation = list.items.find((row) => row.dialogId === dialogId);
  const header = (
    <ConversationHeader
      title={conversation?.topic ?? t('untitled')}
      subtitle={<PresenceLine dialogId={dialogId} />}
      backLabel={t('back')}
      onBack={() => open(null)}
    >
      <span className="flex">
        <SearchButton />
        <DateButton className="max-sm:hidden" />
        <FilesButton dialogId={dialogId} />
      </span>
    </ConversationHeader>
  );
  return <Conversation dialogId={dialogId} header={header} target={target} />;
}
