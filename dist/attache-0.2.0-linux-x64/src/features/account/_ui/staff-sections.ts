import { HardDrive, Inbox, Users } from 'lucide-react';

export interface StaffSection {
  href: '/admin/support-chat' | '/admin/people' | '/admin/support-chat/storage';
  name: 'inbox' | 'people' | 'storage';
}

/** What the navigation offers: people and the storage are the admins' business alone. */
export function staffSections(role: 'USER' | 'STAFF' | 'ADMIN'): StaffSection[] {
  const inbox: StaffSection = { href: '/admin/support-chat', name: 'inbox' };
  if (role !== 'ADMIN') return [inbox];
  return [inbox, { href: '/admin/people', name: 'people' }, { href: '/admin/support-chat/storage', name: 'storage' }];
}

export const sectionIcons = { inbox: Inbox, people: Users, storage: HardDrive };
