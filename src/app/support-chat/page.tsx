import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountMenu } from '#features/account/ui/account-menu.tsx';
import { SupportChatProvider } from '#features/support-chat/ui/data/support-chat-provider.tsx';
import { CustomerChat } from '#features/support-chat/ui/inbox/customer-chat.tsx';
import { requireSupportChat, requireViewer, withDialog } from '../require-viewer.ts';
import { getPageSettings } from '../viewer.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inbox.customer'))('title') };
}

interface PageProps {
  searchParams: Promise<{ dialog?: string | string[] }>;
}

export default async function SupportChatPage({ searchParams }: PageProps) {
  await requireSupportChat();
  const viewer = await requireViewer(withDialog('/support-chat', (await searchParams).dialog), ['USER']);
  const { maxBytes, attachmentsPerMessage } = await getPageSettings();
  return (
    <SupportChatProvider key={viewer.id} viewer={viewer} settings={{ maxBytes, attachmentsPerMessage }}>
      <CustomerChat accountMenu={<AccountMenu viewer={viewer} />} />
    </SupportChatProvider>
  );
}
