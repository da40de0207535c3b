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

/** The address of this page with its dialog, to come back to after signing in. */
export function withDialog(path: string, dialog: string | string[] | undefined): string {
  return typeof dialog === 'string' && dialog ? `${path}?dialog=${encodeURIComponent(dialog)}` : path;
}
