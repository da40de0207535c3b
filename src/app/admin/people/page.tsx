import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { CallsProvider } from '#features/support-chat/_ui/engine/calls-provider.tsx';
import { PeopleScreen } from '#features/support-chat/_ui/people/people-screen.tsx';
import { requireCurrentUser } from '../../require-current-user.ts';
import { StaffFrame } from '../staff-frame.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('people'))('title') };
}

export default async function PeoplePage() {
  const currentUser = await requireCurrentUser('/admin/people', ['ADMIN']);
  return (
    <StaffFrame currentUser={currentUser}>
      {(accountMenu) => (
        <CallsProvider>
          <PeopleScreen currentUserId={currentUser.id} accountMenu={accountMenu} />
        </CallsProvider>
      )}
    </StaffFrame>
  );
}
