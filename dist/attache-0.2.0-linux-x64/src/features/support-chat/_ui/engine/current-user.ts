/** The person in front of this screen, as the page handed them over. */
export interface CurrentUser {
  id: string;
  name: string;
  email: string;
  role: 'USER' | 'STAFF' | 'ADMIN';
  canManageSupportChats: boolean;
}

/** The side of a conversation: everybody who is not a customer speaks as support. */
export type Side = 'USER' | 'STAFF';

export function sideOf(currentUser: Pick<CurrentUser, 'role'>): Side {
  return currentUser.role === 'USER' ? 'USER' : 'STAFF';
}

/** What the server was configured with and the page must say before the first byte leaves. */
export interface ChatSettings {
  /** Bytes, one file. */
  maxBytes: number;
  attachmentsPerMessage: number;
}

/** The defaults of CONTRACT.md 2. */
export const defaultChatSettings: ChatSettings = {
  maxBytes: 104_857_600,
  attachmentsPerMessage: 10,
};
