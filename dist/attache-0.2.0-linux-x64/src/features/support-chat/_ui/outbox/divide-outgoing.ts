import { findUploads, type Outgoing } from './outbox-state.ts';
import type { Upload } from './upload-queue.ts';

/** So long a text waits for its files: on a good line they arrive as one message. */
export const textWaitsMs = 4_000;
/** What may travel a second time for the sake of a text that goes at once. */
const mostCarriedTwiceBytes = 1024 * 1024;

/**
 * Messages whose text has waited long enough. One with a file that failed waits for the person instead: they may want
 * to give all of it up.
 */
export function findDividable(all: readonly Outgoing[], uploads: readonly Upload[], now: number): Outgoing[] {
  return all.filter((item) => {
    if (item.status !== 'waiting' || item.text === '' || item.waitsUntil > now) return false;
    const own = findUploads(item, uploads);
    const missing = own.filter(({ status }) => status !== 'staged');
    if (missing.length === 0 || own.some(({ status }) => status === 'failed')) return false;
    if (item.dialogId !== null || missing.length < own.length) return true;
    // Files on their way to a conversation that does not exist yet have to start anew in the one the text begins.
    return missing.reduce((sum, { sentBytes }) => sum + sentBytes, 0) <= mostCarriedTwiceBytes;
  });
}

/** The text with the files that are there, and the rest of the files as a message of their own. */
export function divideOutgoing(item: Outgoing, uploads: readonly Upload[], restId: string): [Outgoing, Outgoing] {
  const staged = new Set(uploads.flatMap(({ id, status }) => (status === 'staged' ? [id] : [])));
  const arrived = item.uploadIds.filter((id) => staged.has(id));
  const rest: Outgoing = {
    ...item,
    clientMessageId: restId,
    topic: null,
    text: '',
    uploadIds: item.uploadIds.filter((id) => !staged.has(id)),
    restOf: item.clientMessageId,
    createdAt: new Date(Date.parse(item.createdAt) + 1).toISOString(),
    sentBefore: arrived.length,
  };
  return [{ ...item, uploadIds: arrived }, rest];
}
