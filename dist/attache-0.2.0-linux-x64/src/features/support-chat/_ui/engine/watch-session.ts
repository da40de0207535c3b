import { onSessionNews } from '#shared/ui/session-channel.ts';
import type { EventHub } from './event-hub.ts';
import type { Store } from './store.ts';

export interface SessionWatch {
  hub: EventHub;
  currentUserId: string;
  signedOut: Store<boolean>;
}

/** Whose session the browser has: an id, null for nobody's, undefined when nobody answered. */
async function findSessionUserId(): Promise<string | null | undefined> {
  try {
    const answer = await fetch('/api/auth/get-session');
    if (!answer.ok) return undefined;
    const session: { user?: { id?: unknown } } | null = await answer.json();
    return typeof session?.user?.id === 'string' ? session.user.id : null;
  } catch {
    return undefined;
  }
}

/**
 * Notices that the session is over without being told by a call of its own: the event stream ends with it. And that it
 * is there again, when the person signed in in another tab. Returns the way to stop.
 */
export function watchSession({ hub, currentUserId, signedOut }: SessionWatch): () => void {
  const check = async () => {
    const userId = await findSessionUserId();
    if (userId === undefined) return;
    // Somebody else sits here now: what this page still wants to send would go in their name.
    if (userId !== null && userId !== currentUserId) window.location.reload();
    else signedOut.update(() => userId === null);
  };
  const onVisible = () => {
    if (document.visibilityState === 'visible' && signedOut.get()) void check();
  };
  const unsubscribe = hub.status.subscribe(() => {
    if (hub.status.get() === 'lost') void check();
  });
  const stopNews = onSessionNews((news) => {
    if (news === 'signed-in') void check();
  });
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    unsubscribe();
    stopNews();
    document.removeEventListener('visibilitychange', onVisible);
  };
}
