import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountMenu } from '#features/account/_ui/account-menu.tsx';
import { FirstRowsProvider } from '#features/support-chat/_ui/conversation/first-view-context.tsx';
import { SupportChatProvider } from '#features/support-chat/_ui/engine/support-chat-provider.tsx';
import { CustomerChat } from '#features/support-chat/_ui/inbox/customer-chat.tsx';
import { findFirstRows, getPageSettings } from '../current-user.ts';
import {
  type ConversationParams,
  requireCurrentUser,
  requireSupportChat,
  withConversation,
} from '../require-current-user.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inbox.customer'))('title') };
}

interface PageProps {
  searchParams: Promise<ConversationParams>;
}

export default async function SupportChatPage({ searchParams }: PageProps) {
  await requireSupportChat();
  const currentUser = await requireCurrentUser(withConversation('/support-chat', await searchParams), ['USER']);
  const { maxBytes, attachmentsPerMessage } = await getPageSettings();
  const { dialog, message } = await searchParams;
  const isAtEnd = typeof dialog === 'string' && dialog !== 'new' && message === undefined;
  const firstRows = isAtEnd ? await findFirstRows(dialog, currentUser) : null;
  return (
    <SupportChatProvider key={currentUser.id} currentUser={currentUser} settings={{ maxBytes, attachmentsPerMessage }}>
      <FirstRowsProvider value={firstRows}>
        <CustomerChat accountMenu={<AccountMenu currentUser={currentUser} />} />
      </FirstRowsProvider>
    </SupportChatProvider>
  );
}
