/** What the server in front of the pages lends them; `src/server/page-host.ts` registers it. */
export interface PageHost {
  findCurrentUser(cookie: string): Promise<CurrentUser | null>;
  /** The newest page of a dialog as the API gives it, JSON; null when the caller may not read it. */
  findMessages(cookie: string, dialogId: string): Promise<string | null>;
  deliver(request: Request, ids: { dialogId: string; attachmentId: string }): Promise<Response>;
  settings: PageSettings;
}

export interface CurrentUser {
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
const LOADING_KEY = Symbol.for('attache.pageHostLoading');

export function registerPageHost(host: PageHost): void {
  Reflect.set(globalThis, HOST_KEY, host);
}

/**
 * The host that our listener registered. Under a bare `next start` nobody has: then it is made at the first request.
 * @throws when the database or the storage does not answer; the next request tries again.
 */
export async function requirePageHost(): Promise<PageHost> {
  if (!Reflect.has(globalThis, HOST_KEY)) await loadStandaloneHost();
  return Reflect.get(globalThis, HOST_KEY);
}

/** By Node's own import of the sources: bundled, it would drag Prisma and the storage drivers into the pages. */
function loadStandaloneHost(): Promise<void> {
  const underway: Promise<void> | undefined = Reflect.get(globalThis, LOADING_KEY);
  if (underway) return underway;
  const file = `file://${globalThis.process.cwd()}/src/server/standalone-page-host.ts`;
  const loading: Promise<void> = import(/* turbopackIgnore: true */ /* webpackIgnore: true */ file)
    .then((module) => module.registerStandalonePageHost())
    .catch((error) => {
      Reflect.deleteProperty(globalThis, LOADING_KEY);
      throw error;
    });
  Reflect.set(globalThis, LOADING_KEY, loading);
  return loading;
}
