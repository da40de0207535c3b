import { headers } from 'next/headers';
import { type PageSettings, requirePageHost, type Viewer } from '#shared/page-host/page-host.ts';

export type { PageSettings, Viewer };

export async function getViewer(): Promise<Viewer | null> {
  return requirePageHost().findViewer((await headers()).get('cookie') ?? '');
}

export function getPageSettings(): PageSettings {
  return requirePageHost().settings;
}
