import type { CurrentUser, PageSettings } from '#shared/page-host/page-host.ts';

export type { CurrentUser };

/** What the server was configured with and the page must say before the first byte leaves. */
export type ChatSettings = Pick<PageSettings, 'maxBytes' | 'attachmentsPerMessage' | 'fileTypes'>;

/** The side of a conversation: everybody who is not a customer speaks as support. */
export type Side = 'USER' | 'STAFF';

export function sideOf(currentUser: Pick<CurrentUser, 'role'>): Side {
  return currentUser.role === 'USER' ? 'USER' : 'STAFF';
}
