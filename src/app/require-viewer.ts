import { notFound, redirect } from 'next/navigation';
import { homePathOf } from './home-path.ts';
import { getPageSettings, getViewer } from './viewer.ts';

/** Who may see a page; everybody else is sent to where they belong, strangers to sign in and back. */
export async function requireViewer(
  path: string,
  roles: readonly ('USER' | 'STAFF' | 'ADMIN')[],
): Promise<NonNullable<Awaited<ReturnType<typeof getViewer>>>> {
  const viewer = await getViewer();
  if (!viewer) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  if (!roles.includes(viewer.role)) redirect(homePathOf(viewer.role));
  return viewer;
}

/** Pages of the chat do not exist while the chat is switched off. */
export async function requireSupportChat(): Promise<void> {
  if (!(await getPageSettings()).enableSupportChat) notFound();
}

export interface DialogParams {
  dialog?: string | string[];
  message?: string | string[];
}

/** The address of this page with its dialog and message, to come back to after signing in. */
export function withDialog(path: string, { dialog, message }: DialogParams): string {
  if (typeof dialog !== 'string' || !dialog) return path;
  const isToMessage = typeof message === 'string' && message !== '';
  return `${path}?${new URLSearchParams({ dialog, ...(isToMessage && { message }) })}`;
}
