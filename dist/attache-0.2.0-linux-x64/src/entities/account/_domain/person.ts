import type { UserRole } from './actor.ts';

/** What an admin sees of somebody. */
export interface Person {
  id: string;
  name: string;
  email: string;
  role: UserRole;
  canManageSupportChats: boolean;
  createdAt: Date;
}
