/** What the server in front of the pages lends them; `src/server/page-host.ts` registers it. */
export interface PageHost {
  findViewer(cookie: string): Promise<Viewer | null>;
  deliver(request: Request, ids: { dialogId: string; attachmentId: string }): Promise<Response>;
  settings: PageSettings;
}

export interface Viewer {
  id: string;
  name: string;
  email: string;
  role: 'USER' | 'STAFF' | 'ADMIN';
  canManageSupportChats: boolean;
}

export interface PageSettings {
  maxBytes: number;
  attachmentsPerMessage: number;
  allowSignUp: boolean;
  demo: boolean;
  enableSupportChat: boolean;
}

/** On `globalThis`, because Next bundles the pages apart and would load a shared module twice. */
const HOST_KEY = Symbol.for('attache.pageHost');

export function requirePageHost(): PageHost {
  const host: PageHost | undefined = Reflect.get(globalThis, HOST_KEY);
  if (!host) throw new Error('The pages run behind src/server, which was not started');
  return host;
}
