import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountMenu } from '#features/account/_ui/account-menu.tsx';
import { AppRail } from '#features/account/_ui/app-rail.tsx';
import { staffSections } from '#features/account/_ui/staff-sections.ts';
import { CallsProvider } from '#features/support-chat/_ui/engine/calls-provider.tsx';
import { StorageScreen } from '#features/support-chat/_ui/storage/storage-screen.tsx';
import { requireCurrentUser, requireSupportChat } from '../../../require-current-user.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('storage'))('title') };
}

export default async function StoragePage() {
  await requireSupportChat();
  const currentUser = await requireCurrentUser('/admin/support-chat/storage', ['ADMIN']);
  return (
    <div className="flex h-(--page-height)">
      <AppRail currentUser={currentUser} />
      <CallsProvider>
        <StorageScreen
          accountMenu={<AccountMenu currentUser={currentUser} sections={staffSections(currentUser.role)} />}
        />
      </CallsProvider>
    </div>
  );
}
