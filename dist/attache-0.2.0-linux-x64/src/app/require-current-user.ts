import { notFound, redirect } from 'next/navigation';
import { getCurrentUser, getPageSettings } from './current-user.ts';
import { homePathOf } from './home-path.ts';

/** Who may see a page; everybody else is sent to where they belong, strangers to sign in and back. */
export async function requireCurrentUser(
  path: string,
  roles: readonly ('USER' | 'STAFF' | 'ADMIN')[],
): Promise<NonNullable<Awaited<ReturnType<typeof getCurrentUser>>>> {
  const currentUser = await getCurrentUser();
  if (!currentUser) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  if (!roles.includes(currentUser.role)) redirect(homePathOf(currentUser.role));
  return currentUser;
}

/** Pages of the chat do not exist while the chat is switched off. */
export async function requireSupportChat(): Promise<void> {
  if (!(await getPageSettings()).enableSupportChat) notFound();
}

export interface ConversationParams {
  dialog?: string | string[];
  message?: string | string[];
}

/** The address of this page with its dialog and message, to come back to after signing in. */
export function withConversation(path: string, { dialog, message }: ConversationParams): string {
  if (typeof dialog !== 'string' || !dialog) return path;
  const isToMessage = typeof message === 'string' && message !== '';
  return `${path}?${new URLSearchParams({ dialog, ...(isToMessage && { message }) })}`;
}
