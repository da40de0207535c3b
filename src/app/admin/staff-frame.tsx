import type { ReactNode } from 'react';
import { AccountMenu, type AccountMenuProps } from '#features/account/_ui/account-menu.tsx';
import { AppRail } from '#features/account/_ui/app-rail.tsx';
import { staffSections } from '#features/account/_ui/staff-sections.ts';

export interface StaffFrameProps {
  currentUser: AccountMenuProps['currentUser'];
  /** Gets the account menu, which small screens show in the page instead of the rail. */
  children: (accountMenu: ReactNode) => ReactNode;
}

/** Around every page of the staff: the rail with its sections. */
export function StaffFrame({ currentUser, children }: StaffFrameProps) {
  return (
    <div className="flex h-(--page-height)">
      <AppRail currentUser={currentUser} />
      {children(<AccountMenu currentUser={currentUser} sections={staffSections(currentUser.role)} />)}
    </div>
  );
}
