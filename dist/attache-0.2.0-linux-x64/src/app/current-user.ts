import { headers } from 'next/headers';
import type { MessagePageDto } from '#features/support-chat/_api/dto/chat-dto.ts';
import { chooseFirstRows } from '#features/support-chat/_ui/conversation/choose-first-rows.ts';
import type { FirstRows } from '#features/support-chat/_ui/conversation/first-view-context.tsx';
import { type CurrentUser, type PageSettings, requirePageHost } from '#shared/page-host/page-host.ts';

export type { CurrentUser, PageSettings };

export async function getCurrentUser(): Promise<CurrentUser | null> {
  const host = await requirePageHost();
  return host.findCurrentUser((await headers()).get('cookie') ?? '');
}

/** What the page of a conversation begins with; null where only the browser can say, or nothing may be read. */
export async function findFirstRows(dialogId: string, currentUser: CurrentUser): Promise<FirstRows | null> {
  const host = await requirePageHost();
  const json = await host.findMessages((await headers()).get('cookie') ?? '', dialogId);
  if (json === null) return null;
  // Written by our own server a moment ago; its shape is the API's.
  const { items }: MessagePageDto = JSON.parse(json);
  const rows = chooseFirstRows(items, currentUser);
  return rows && { dialogId, rows };
}

export async function getPageSettings(): Promise<PageSettings> {
  return (await requirePageHost()).settings;
}
