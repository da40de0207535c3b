import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { StoredOutgoing } from './local-files.ts';
import type { Upload } from './upload-queue.ts';

/** Why a message was not taken. Codes of tRPC (CONTRACT.md 4), and what only the browser knows. */
export type SendProblem =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'BAD_REQUEST'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  | 'NETWORK'
  | 'UNKNOWN';

/**
 * A message this page wants to send. It waits for its files: a message whose file is not there is never shown to the
 * other side. A text does not wait long (`divide-outgoing.ts`), and a later one overtakes what still carries a video.
 */
export interface Outgoing {
  clientMessageId: string;
  /** null: the first message of a dialog that does not exist yet. */
  dialogId: string | null;
  topic: string | null;
  text: string;
  uploadIds: string[];
  /** The message whose files these are, when its text went without them: it goes first. */
  restOf: string | null;
  /** How many files went with that text. */
  sentBefore: number;
  /** Milliseconds since the epoch: so long the text waits for its files. */
  waitsUntil: number;
  /** ISO 8601, this device's clock; only to show, the server's time replaces it. */
  createdAt: string;
  status: 'waiting' | 'sending' | 'failed';
  problem: SendProblem | null;
  tries: number;
  /** Milliseconds since the epoch, before which no automatic try is made. */
  retryAt: number | null;
}

/** As it is before its first try. */
export const untried: Pick<Outgoing, 'status' | 'problem' | 'tries' | 'retryAt'> = {
  status: 'waiting',
  problem: null,
  tries: 0,
  retryAt: null,
};

/** What the browser keeps of it: how a try went is forgotten with the page. */
export function toStored(item: Outgoing): Omit<StoredOutgoing, 'owner' | 'viewerId'> {
  const { clientMessageId, dialogId, topic, text, uploadIds, restOf, sentBefore, createdAt } = item;
  return { clientMessageId, dialogId, topic, text, uploadIds, restOf, sentBefore, createdAt };
}

export type OutgoingChange = Partial<Omit<Outgoing, 'clientMessageId' | 'createdAt'>>;

export function changeOutgoing(all: readonly Outgoing[], id: string, change: OutgoingChange): readonly Outgoing[] {
  return all.map((item) => (item.clientMessageId === id ? { ...item, ...change } : item));
}

export function findUploads(outgoing: Pick<Outgoing, 'uploadIds'>, uploads: readonly Upload[]): Upload[] {
  return outgoing.uploadIds.flatMap((id) => uploads.find((upload) => upload.id === id) ?? []);
}

function hasItsFiles(outgoing: Outgoing, uploads: readonly Upload[]): boolean {
  const own = findUploads(outgoing, uploads);
  return own.length === outgoing.uploadIds.length && own.every((upload) => upload.status === 'staged');
}

/**
 * What may be sent now. One message of a dialog at a time, or two quick texts could arrive swapped; one that pauses
 * between two tries keeps those behind it waiting for the same reason.
 */
export function findSendable(all: readonly Outgoing[], uploads: readonly Upload[], now: number): Outgoing[] {
  const busy = new Set(all.flatMap((item) => (item.status === 'sending' ? [item.dialogId] : [])));
  const unsent = new Set(all.map((item) => item.clientMessageId));
  return all.filter((item) => {
    if (item.status !== 'waiting' || busy.has(item.dialogId) || !hasItsFiles(item, uploads)) return false;
    if (item.restOf !== null && unsent.has(item.restOf)) return false;
    busy.add(item.dialogId);
    return (item.retryAt ?? 0) <= now;
  });
}

export const maxAutomaticSends = 4;
const passing: ReadonlySet<SendProblem> = new Set(['NETWORK', 'TOO_MANY_REQUESTS']);

export function describeSendFailure(outgoing: Outgoing, problem: SendProblem, now: number): OutgoingChange {
  if (passing.has(problem) && outgoing.tries < maxAutomaticSends) {
    return { status: 'waiting', problem, tries: outgoing.tries + 1, retryAt: now + 1_000 * 3 ** outgoing.tries };
  }
  return { status: 'failed', problem, retryAt: null };
}

/** The state a person sees: a file that failed for good holds its message up until somebody decides. */
export type OutgoingState = 'sending' | 'uploading' | 'failed';

export function describeOutgoing(outgoing: Outgoing, uploads: readonly Upload[]): OutgoingState {
  if (outgoing.status === 'failed') return 'failed';
  const own = findUploads(outgoing, uploads);
  if (own.some((upload) => upload.status === 'failed')) return 'failed';
  return own.every((upload) => upload.status === 'staged') ? 'sending' : 'uploading';
}

/** Outgoing messages the conversation does not show yet. An answer and its event may both be here before we clear. */
export function withoutDelivered(outgoing: readonly Outgoing[], messages: readonly MessageDto[]): Outgoing[] {
  if (outgoing.length === 0) return [];
  const delivered = new Set(messages.map((message) => message.clientMessageId));
  return outgoing.filter((item) => !delivered.has(item.clientMessageId));
}
