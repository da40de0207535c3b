import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SupportChatProvider } from '#features/support-chat/_ui/engine/support-chat-provider.tsx';
import { NoAccess } from '#features/support-chat/_ui/inbox/no-access.tsx';
import { StaffInbox } from '#features/support-chat/_ui/inbox/staff-inbox.tsx';
import { getPageSettings } from '../../current-user.ts';
import {
  type ConversationParams,
  requireCurrentUser,
  requireSupportChat,
  withConversation,
} from '../../require-current-user.ts';
import { StaffFrame } from '../staff-frame.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inbox.staff'))('title') };
}

interface PageProps {
  searchParams: Promise<ConversationParams>;
}

export default async function StaffInboxPage({ searchParams }: PageProps) {
  await requireSupportChat();
  const path = withConversation('/admin/support-chat', await searchParams);
  const currentUser = await requireCurrentUser(path, ['STAFF', 'ADMIN']);
  const { maxBytes, attachmentsPerMessage, fileTypes } = await getPageSettings();
  const mayRead = currentUser.role === 'ADMIN' || currentUser.canManageSupportChats;
  return (
    <StaffFrame currentUser={currentUser}>
      {(accountMenu) =>
        mayRead ? (
          <SupportChatProvider
            key={currentUser.id}
            currentUser={currentUser}
            settings={{ maxBytes, attachmentsPerMessage, fileTypes }}
          >
            <StaffInbox accountMenu={accountMenu} />
          </SupportChatProvider>
        ) : (
          <NoAccess accountMenu={accountMenu} />
        )
      }
    </StaffFrame>
  );
}
