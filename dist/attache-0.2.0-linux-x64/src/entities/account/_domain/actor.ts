export type UserRole = 'USER' | 'STAFF' | 'ADMIN';

/** Who asks: read from the database with every request, never from a token, so that a lost role counts at once. */
export interface Actor {
  userId: string;
  name: string;
  email: string;
  role: UserRole;
  /** The column of `StaffPermission`; false without a row. Means nothing unless the role is STAFF. */
  canManageSupportChats: boolean;
}

/** Whether the actor answers customers: an admin, or staff with the permission. */
export function mayManageSupportChats(actor: Pick<Actor, 'role' | 'canManageSupportChats'>): boolean {
  return actor.role === 'ADMIN' || (actor.role === 'STAFF' && actor.canManageSupportChats);
}

/** Whether the actor may start conversations: staff and admins are never customers. */
export function mayOpenConversations(actor: Pick<Actor, 'role'>): boolean {
  return actor.role === 'USER';
}

/** Whether the actor may see and change who is staff. */
export function mayManagePeople(actor: Pick<Actor, 'role'>): boolean {
  return actor.role === 'ADMIN';
}
