import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountMenu } from '#features/account/_ui/account-menu.tsx';
import { FirstRowsProvider } from '#features/support-chat/_ui/conversation/first-view-context.tsx';
import { SupportChatProvider } from '#features/support-chat/_ui/engine/support-chat-provider.tsx';
import { CustomerChat } from '#features/support-chat/_ui/inbox/customer-chat.tsx';
import { type DialogParams, requireSupportChat, requireViewer, withDialog } from '../require-viewer.ts';
import { findFirstRows, getPageSettings } from '../viewer.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inbox.customer'))('title') };
}

interface PageProps {
  searchParams: Promise<DialogParams>;
}

export default async function SupportChatPage({ searchParams }: PageProps) {
  await requireSupportChat();
  const viewer = await requireViewer(withDialog('/support-chat', await searchParams), ['USER']);
  const { maxBytes, attachmentsPerMessage } = await getPageSettings();
  const { dialog, message } = await searchParams;
  const isAtEnd = typeof dialog === 'string' && dialog !== 'new' && message === undefined;
  const firstRows = isAtEnd ? await findFirstRows(dialog, viewer) : null;
  return (
    <SupportChatProvider key={viewer.id} viewer={viewer} settings={{ maxBytes, attachmentsPerMessage }}>
      <FirstRowsProvider value={firstRows}>
        <CustomerChat accountMenu={<AccountMenu viewer={viewer} />} />
      </FirstRowsProvider>
    </SupportChatProvider>
  );
}
