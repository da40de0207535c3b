import { headers } from 'next/headers';
import { type PageSettings, requirePageHost, type Viewer } from '#shared/page-host/page-host.ts';

export type { PageSettings, Viewer };

export async function getViewer(): Promise<Viewer | null> {
  const host = await requirePageHost();
  return host.findViewer((await headers()).get('cookie') ?? '');
}

export async function getPageSettings(): Promise<PageSettings> {
  return (await requirePageHost()).settings;
}
