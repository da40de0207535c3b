import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountMenu } from '#features/account/_ui/account-menu.tsx';
import { AppRail } from '#features/account/_ui/app-rail.tsx';
import { staffSections } from '#features/account/_ui/staff-sections.ts';
import { CallsProvider } from '#features/support-chat/_ui/engine/calls-provider.tsx';
import { PeopleScreen } from '#features/support-chat/_ui/people/people-screen.tsx';
import { requireViewer } from '../../require-viewer.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('people'))('title') };
}

export default async function PeoplePage() {
  const viewer = await requireViewer('/admin/people', ['ADMIN']);
  return (
    <div className="flex h-(--page-height)">
      <AppRail viewer={viewer} />
      <CallsProvider>
        <PeopleScreen
          viewerId={viewer.id}
          accountMenu={<AccountMenu viewer={viewer} sections={staffSections(viewer.role)} />}
        />
      </CallsProvider>
    </div>
  );
}
