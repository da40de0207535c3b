import type { MessageDto } from '../../_api/types.ts';
import type { Upload } from './upload.ts';

/** Why a message was not accepted: codes of tRPC (docs/api.md), and two that only the browser knows. */
export type SendProblem = (typeof sendCodes)[number] | 'NETWORK' | 'UNKNOWN';

export const sendCodes = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'BAD_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'TOO_MANY_REQUESTS',
] as const;

/** What survives a reload (IndexedDB). */
export interface StoredOutgoingFields {
  clientMessageId: string;
  /** null: for the conversation that the first of these messages begins. */
  dialogId: string | null;
  topic: string | null;
  text: string;
  uploadIds: string[];
  /** ISO 8601, this device's clock; only to show and to sort by, the server's time replaces it. */
  createdAt: string;
}

/**
 * A message this page wants to send: shown at once, sent whole once all its files are there. A later message overtakes
 * one that still waits for a video.
 */
export interface Outgoing extends StoredOutgoingFields {
  status: 'waiting' | 'sending' | 'failed';
  problem: SendProblem | null;
  tries: number;
  /** Milliseconds since the epoch, before which no automatic retry is made. */
  retryAt: number | null;
}

/** As it is before its first try: how tries went is forgotten with the page. */
export const untried: Pick<Outgoing, 'status' | 'problem' | 'tries' | 'retryAt'> = {
  status: 'waiting',
  problem: null,
  tries: 0,
  retryAt: null,
};

export function findUploads(ids: readonly string[], uploads: readonly Upload[]): Upload[] {
  return ids.flatMap((id) => uploads.find((upload) => upload.id === id) ?? []);
}

function hasItsFiles({ uploadIds }: Outgoing, uploads: readonly Upload[]): boolean {
  const own = findUploads(uploadIds, uploads);
  return own.length === uploadIds.length && own.every(({ status }) => status === 'staged');
}

/**
 * What may be sent now. One message of a conversation at a time, or two quick texts could arrive swapped; one that
 * pauses between two tries keeps those behind it waiting for the same reason. Of a conversation that does not exist yet
 * the first message goes alone: it begins the one that the others belong to.
 */
export function findSendable(all: readonly Outgoing[], uploads: readonly Upload[], now: number): Outgoing[] {
  const busy = new Set(all.flatMap(({ status, dialogId }) => (status === 'sending' ? [dialogId] : [])));
  return all.filter((item) => {
    if (busy.has(item.dialogId)) return false;
    const isReady = item.status === 'waiting' && hasItsFiles(item, uploads);
    if (isReady || item.dialogId === null) busy.add(item.dialogId);
    return isReady && (item.retryAt ?? 0) <= now;
  });
}

export const maxAutomaticSends = 4;
const transient: ReadonlySet<SendProblem> = new Set(['NETWORK', 'TOO_MANY_REQUESTS']);

/** `now`: milliseconds since the epoch. */
export function failOutgoing(item: Outgoing, problem: SendProblem, now: number): Outgoing {
  if (transient.has(problem) && item.tries < maxAutomaticSends) {
    const retryAt = now + 1_000 * 3 ** item.tries;
    return { ...item, status: 'waiting', problem, tries: item.tries + 1, retryAt };
  }
  return { ...item, status: 'failed', problem, retryAt: null };
}

/** A staged file is gone or belongs to another message: only its bytes can help. */
export function needsFilesAgain({ uploadIds, problem }: Outgoing): boolean {
  return uploadIds.length > 0 && (problem === 'CONFLICT' || problem === 'NOT_FOUND');
}

/** The text with the files that are there, and the rest of the files as a message of their own: only by the sender's hand. */
export function splitMessage(item: Outgoing, uploads: readonly Upload[], restId: string): [Outgoing, Outgoing] {
  const isStaged = (id: string) => uploads.some((upload) => upload.id === id && upload.status === 'staged');
  const rest: Outgoing = {
    ...item,
    clientMessageId: restId,
    text: '',
    uploadIds: item.uploadIds.filter((id) => !isStaged(id)),
    createdAt: new Date(Date.parse(item.createdAt) + 1).toISOString(),
  };
  return [{ ...item, uploadIds: item.uploadIds.filter(isStaged) }, rest];
}

/** The state a person sees: a file that failed for good holds its message up until somebody decides. */
export type OutgoingState = 'sending' | 'uploading' | 'failed';

export function describeOutgoing(outgoing: Outgoing, uploads: readonly Upload[]): OutgoingState {
  const own = findUploads(outgoing.uploadIds, uploads);
  if (outgoing.status === 'failed' || own.some(({ status }) => status === 'failed')) return 'failed';
  return own.every(({ status }) => status === 'staged') ? 'sending' : 'uploading';
}

/** Outgoing messages the conversation does not show yet: the response and its event may both be here before we clear. */
export function withoutDelivered(outgoing: readonly Outgoing[], messages: readonly MessageDto[]): Outgoing[] {
  if (outgoing.length === 0) return [];
  const delivered = new Set(messages.map((message) => message.clientMessageId));
  return outgoing.filter((item) => !delivered.has(item.clientMessageId));
}
