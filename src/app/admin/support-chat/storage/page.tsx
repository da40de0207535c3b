import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { CallsProvider } from '#features/support-chat/_ui/engine/calls-provider.tsx';
import { StorageScreen } from '#features/support-chat/_ui/storage/storage-screen.tsx';
import { requireCurrentUser, requireSupportChat } from '../../../require-current-user.ts';
import { StaffFrame } from '../../staff-frame.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('storage'))('title') };
}

export default async function StoragePage() {
  await requireSupportChat();
  const currentUser = await requireCurrentUser('/admin/support-chat/storage', ['ADMIN']);
  return (
    <StaffFrame currentUser={currentUser}>
      {(accountMenu) => (
        <CallsProvider>
          <StorageScreen accountMenu={accountMenu} />
        </CallsProvider>
      )}
    </StaffFrame>
  );
}
