import type { Outbox } from './outbox.ts';
import type { Outgoing } from './outbox-state.ts';
import type { Upload } from './upload-queue.ts';
import type { Uploads } from './uploads.ts';

/** Far below the hour after which the server may clean a staged file away. */
const everyMs = 10 * 60_000;
/** Most ids of one call. */
const batchSize = 100;

export interface KeepStagedInput {
  uploads: Pick<Uploads, 'store' | 'restart'>;
  outbox: Pick<Outbox, 'store'>;
  /** Returns the ids that are still staged. */
  renew: (attachmentIds: string[]) => Promise<ReadonlySet<string>>;
}

/**
 * While this tab is open, its staged files are not old: whoever writes for an hour keeps what they attached. A file the
 * server let go of meanwhile (the laptop slept over night) travels again by itself. Returns the way to stop.
 */
export function keepStagedAlive({ uploads, outbox, renew }: KeepStagedInput): () => void {
  let lastAt = Date.now();
  const tick = async () => {
    lastAt = Date.now();
    const waiting = findRenewable(uploads.store.get(), outbox.store.get());
    for (let at = 0; at < waiting.length; at += batchSize) {
      const batch = waiting.slice(at, at + batchSize);
      // Without an answer nothing is known; the next turn asks again.
      const alive = await renew(batch.map(({ attachmentId }) => attachmentId)).catch(() => null);
      if (alive === null) return;
      const current = findRenewable(uploads.store.get(), outbox.store.get());
      for (const { id, attachmentId } of batch) {
        // Sent meanwhile, it is not staged any more and needs nothing.
        if (!alive.has(attachmentId) && current.some((one) => one.id === id)) uploads.restart(id);
      }
    }
  };
  const timer = setInterval(() => void tick(), everyMs);
  const onVisible = () => {
    // Timers stand still while a device sleeps.
    if (document.visibilityState === 'visible' && Date.now() - lastAt >= everyMs) void tick();
  };
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onVisible);
  };
}

/** Staged files whose message is not on its way this moment: those may be linked before the answer comes. */
export function findRenewable(
  uploads: readonly Upload[],
  outgoing: readonly Outgoing[],
): { id: string; attachmentId: string }[] {
  const leaving = new Set(outgoing.flatMap((item) => (item.status === 'sending' ? item.uploadIds : [])));
  return uploads.flatMap(({ id, status, attachment }) =>
    status === 'staged' && attachment && !leaving.has(id) ? [{ id, attachmentId: attachment.id }] : [],
  );
}
