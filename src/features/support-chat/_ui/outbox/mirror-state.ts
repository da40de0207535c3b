import type { LocalStore } from './local-store.ts';
import type { OutboxState } from './outbox-events.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * Brings the browser's store up to a new state. Resolves when its unsent messages are stored: the draft they were
 * written in may go only then, or a page closed in between would lose the text.
 */
export async function mirrorState(before: OutboxState, after: OutboxState, store: LocalStore): Promise<void> {
  mirrorUploads(before, after, store);
  if (before.outgoing === after.outgoing) return;
  const known = new Map(before.outgoing.map((item) => [item.clientMessageId, item]));
  const changed = after.outgoing.filter((item) => {
    const old = known.get(item.clientMessageId);
    known.delete(item.clientMessageId);
    return !old || isStoredOtherwise(old, item);
  });
  for (const id of known.keys()) void store.deleteOutgoing(id);
  if (changed.length > 0) await store.putOutgoing(changed);
}

function isStoredOtherwise(old: Outgoing, item: Outgoing): boolean {
  return old.dialogId !== item.dialogId || old.uploadIds !== item.uploadIds;
}

function mirrorUploads(before: OutboxState, after: OutboxState, store: LocalStore): void {
  if (before.uploads === after.uploads) return;
  const known = new Map(before.uploads.map((upload) => [upload.id, upload]));
  for (const upload of after.uploads) {
    const { id, dialogId, attachment, resumeUrl } = upload;
    const old = known.get(id);
    known.delete(id);
    if (!old) void store.putUpload(upload);
    else if (old.dialogId !== dialogId || old.attachment !== attachment || old.resumeUrl !== resumeUrl) {
      void store.patchUpload(id, { dialogId, attachment, resumeUrl });
    }
  }
  for (const id of known.keys()) void store.deleteUpload(id);
}
