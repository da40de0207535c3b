import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountMenu } from '#features/account/_ui/account-menu.tsx';
import { AppRail } from '#features/account/_ui/app-rail.tsx';
import { staffSections } from '#features/account/_ui/staff-sections.ts';
import { SupportChatProvider } from '#features/support-chat/_ui/engine/support-chat-provider.tsx';
import { NoAccess } from '#features/support-chat/_ui/inbox/no-access.tsx';
import { StaffInbox } from '#features/support-chat/_ui/inbox/staff-inbox.tsx';
import { type DialogParams, requireSupportChat, requireViewer, withDialog } from '../../require-viewer.ts';
import { getPageSettings } from '../../viewer.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inbox.staff'))('title') };
}

interface PageProps {
  searchParams: Promise<DialogParams>;
}

export default async function StaffInboxPage({ searchParams }: PageProps) {
  await requireSupportChat();
  const path = withDialog('/admin/support-chat', await searchParams);
  const viewer = await requireViewer(path, ['STAFF', 'ADMIN']);
  const { maxBytes, attachmentsPerMessage } = await getPageSettings();
  const accountMenu = <AccountMenu viewer={viewer} sections={staffSections(viewer.role)} />;
  const mayRead = viewer.role === 'ADMIN' || viewer.canManageSupportChats;
  return (
    <div className="flex h-(--page-height)">
      <AppRail viewer={viewer} />
      {mayRead ? (
        <SupportChatProvider key={viewer.id} viewer={viewer} settings={{ maxBytes, attachmentsPerMessage }}>
          <StaffInbox accountMenu={accountMenu} />
        </SupportChatProvider>
      ) : (
        <NoAccess accountMenu={accountMenu} />
      )}
    </div>
  );
}
