import { Inbox, Users } from 'lucide-react';

export interface StaffSection {
  href: '/admin/support-chat' | '/admin/people';
  name: 'inbox' | 'people';
}

/** What the navigation offers: people are the admins' business alone. */
export function staffSections(role: 'USER' | 'STAFF' | 'ADMIN'): StaffSection[] {
  const inbox: StaffSection = { href: '/admin/support-chat', name: 'inbox' };
  return role === 'ADMIN' ? [inbox, { href: '/admin/people', name: 'people' }] : [inbox];
}

export const sectionIcons = { inbox: Inbox, people: Users };
