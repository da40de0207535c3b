import { hasVisibleText } from '#shared/text/visible-text.ts';
import { changeDraft, joinDrafts, keepOnlyUploads, newConversationKey } from './drafts.ts';
import type { OutboxEffect, OutboxEvent, OutboxEventOf, OutboxEventType, OutboxState } from './outbox-events.ts';
import { OutboxTurn } from './outbox-turn.ts';
import { failOutgoing, findSendable, findUploads, needsFilesAgain, splitMessage, untried } from './outgoing.ts';
import { failUpload, findStartable, isHeldUp, retryUpload } from './upload.ts';

/** Most ids of one `renewStaged`. */
const renewBatch = 100;

export interface OutboxStep {
  state: OutboxState;
  effects: readonly OutboxEffect[];
}

/**
 * The whole life of drafts, uploads and unsent messages as one pure step. Ids that are not known are ignored: what they
 * named was removed meanwhile. `now`: milliseconds since the epoch.
 */
export function reduceOutbox(state: OutboxState, event: OutboxEvent, now: number): OutboxStep {
  const turn = new OutboxTurn(state, now);
  apply(turn, event);
  startWhatMayGo(turn);
  return { state: turn.state, effects: turn.effects };
}

/** When the next automatic retry is due (milliseconds since the epoch), or null. */
export function findNextWake({ isOnline, uploads, outgoing }: OutboxState): number | null {
  const pausing = [...uploads, ...outgoing].filter(({ status }) => status === 'waiting');
  const times = pausing.flatMap(({ retryAt }) => retryAt ?? []);
  return isOnline && times.length > 0 ? Math.min(...times) : null;
}

function startWhatMayGo(turn: OutboxTurn): void {
  if (!turn.state.isOnline) return;
  for (const { id } of findStartable(turn.state.uploads, turn.now)) turn.startUpload(id);
  for (const message of findSendable(turn.state.outgoing, turn.state.uploads, turn.now)) turn.startSending(message);
}

function apply<T extends OutboxEventType>(turn: OutboxTurn, event: OutboxEventOf<T>): void {
  handlers[event.type](turn, event);
}

const handlers: { [T in OutboxEventType]: (turn: OutboxTurn, event: OutboxEventOf<T>) => void } = {
  typed(turn, { key, text }) {
    turn.setDrafts(changeDraft(turn.state.drafts, key, (draft) => ({ ...draft, text })));
  },
  filesAdded(turn, { key, uploads }) {
    const ids = uploads.map(({ id }) => id);
    turn.addUploads(uploads);
    turn.setDrafts(
      changeDraft(turn.state.drafts, key, (draft) => ({ ...draft, uploadIds: [...draft.uploadIds, ...ids] })),
    );
  },
  fileReplaced(turn, { uploadId, by }) {
    const key = turn.findDraftKey(uploadId);
    if (key === undefined) return;
    turn.addUploads([by]);
    const swap = (ids: readonly string[]) => ids.map((id) => (id === uploadId ? by.id : id));
    turn.setDrafts(changeDraft(turn.state.drafts, key, (draft) => ({ ...draft, uploadIds: swap(draft.uploadIds) })));
    turn.giveUpUpload(uploadId);
  },
  fileRemoved(turn, { uploadId }) {
    const message = turn.state.outgoing.find(({ uploadIds }) => uploadIds.includes(uploadId));
    if (message?.status === 'sending') return;
    const uploadIds = message?.uploadIds.filter((id) => id !== uploadId) ?? [];
    if (message && uploadIds.length === 0 && message.text === '') turn.dropOutgoing(message.clientMessageId);
    else if (message) turn.changeOutgoing(message.clientMessageId, (item) => ({ ...item, uploadIds }));
    turn.setDrafts(keepOnlyUploads(turn.state.drafts, (id) => id !== uploadId));
    turn.giveUpUpload(uploadId);
  },
  fileRetried: (turn, { uploadId }) => turn.changeUpload(uploadId, retryUpload),
  sent: takeFromDraft,
  messageRetried(turn, { id }) {
    const message = turn.findOutgoing(id);
    if (!message) return;
    turn.changeOutgoing(id, (item) => ({ ...item, ...untried }));
    retryFiles(turn, message.uploadIds, needsFilesAgain(message));
  },
  messageRemoved(turn, { id }) {
    const message = turn.findOutgoing(id);
    if (!message || message.status === 'sending') return;
    turn.dropOutgoing(id);
    for (const uploadId of message.uploadIds) turn.giveUpUpload(uploadId);
  },
  messageSplit(turn, { id, restId }) {
    const message = turn.findOutgoing(id);
    if (!message || message.status === 'sending' || message.text === '') return;
    turn.replaceOutgoing(id, splitMessage(message, turn.state.uploads, restId));
  },

  draftsRead: (turn, { drafts }) => turn.setDrafts(joinDrafts(drafts, turn.state.drafts)),
  recovered: takeOverRecovered,
  fileMeasured: (turn, { uploadId, facts }) => turn.changeUpload(uploadId, (upload) => ({ ...upload, ...facts })),
  connectivity(turn, { isOnline }) {
    turn.setOnline(isOnline);
    if (isOnline) retryHeldUp(turn);
  },
  reachable: retryHeldUp,
  woke() {},
  heartbeat(turn) {
    const ids = turn.findRenewable().map(({ attachmentId }) => attachmentId);
    for (let at = 0; at < ids.length; at += renewBatch) {
      turn.effects.push({ type: 'renewStaged', attachmentIds: ids.slice(at, at + renewBatch) });
    }
  },

  uploadProgressed: (turn, { uploadId, sentBytes, bytesPerSecond }) =>
    turn.changeUpload(uploadId, (upload) => ({ ...upload, sentBytes, bytesPerSecond })),
  uploadStored(turn, { uploadId, storedBytes }) {
    // A line that breaks every minute still carries a video, as long as each try brings it further.
    turn.changeUpload(uploadId, (upload) => ({
      ...upload,
      storedBytes,
      tries: storedBytes > upload.storedBytes ? 0 : upload.tries,
    }));
  },
  uploadAddressed: (turn, { uploadId, resumeUrl }) =>
    turn.changeUpload(uploadId, (upload) => ({ ...upload, resumeUrl })),
  uploadStaged(turn, { uploadId, attachment }) {
    const done = { status: 'staged', bytesPerSecond: null, problem: null, attachment } as const;
    turn.changeUpload(uploadId, (upload) => ({ ...upload, ...done, sentBytes: upload.sizeBytes }));
  },
  uploadFailed: (turn, { uploadId, ...failure }) =>
    turn.changeUpload(uploadId, (upload) =>
      upload.status === 'uploading' ? failUpload(upload, failure, turn.now) : upload,
    ),
  renewed(turn, { asked, alive }) {
    // Sent meanwhile, it is not staged any more and needs nothing.
    const gone = turn.findRenewable().filter(({ attachmentId: id }) => asked.includes(id) && !alive.has(id));
    for (const { uploadId } of gone) turn.restartUpload(uploadId);
  },

  delivered: (turn, { id }) => dropDelivered(turn, id),
  conversationCreated: moveIntoConversation,
  refused(turn, { id, problem }) {
    const before = turn.findOutgoing(id);
    if (!before) return;
    turn.changeOutgoing(id, (item) => failOutgoing(item, problem, turn.now));
    // The file was cleaned up, or staged in another conversation than the one it is for now: it is uploaded once more.
    if (before.tries > 0 || !needsFilesAgain({ ...before, problem })) return;
    turn.changeOutgoing(id, (item) => ({ ...item, ...untried, tries: 1 }));
    retryFiles(turn, before.uploadIds, true);
  },
};

/** The person pressed Send. A second press before the page is drawn anew finds the draft gone. */
function takeFromDraft(turn: OutboxTurn, { key, clientMessageId, topic }: OutboxEventOf<'sent'>): void {
  const draft = turn.state.drafts[key];
  const text = draft?.text.trim() ?? '';
  const uploadIds = findUploads(draft?.uploadIds ?? [], turn.state.uploads).map(({ id }) => id);
  if (!hasVisibleText(text) && uploadIds.length === 0) return;
  const dialogId = key === newConversationKey ? null : key;
  const createdAt = new Date(turn.now).toISOString();
  turn.setDrafts(changeDraft(turn.state.drafts, key, () => ({ text: '', uploadIds: [] })));
  // Whoever goes on writing is not made to wait for the pause of what they said before.
  for (const { clientMessageId: id, problem } of turn.state.outgoing) {
    if (problem === 'NETWORK') turn.changeOutgoing(id, (item) => ({ ...item, retryAt: null }));
  }
  const message = { ...untried, clientMessageId, dialogId, topic, text, uploadIds, createdAt };
  turn.setOutgoing([...turn.state.outgoing, message]);
  for (const id of uploadIds) {
    // A failed file gets another chance with the message instead of holding it up in silence.
    turn.changeUpload(id, (upload) =>
      upload.status === 'held' ? { ...upload, status: 'queued' } : retryUpload(upload),
    );
  }
}

function retryFiles(turn: OutboxTurn, uploadIds: readonly string[], fromFirstByte: boolean): void {
  for (const id of uploadIds) {
    if (fromFirstByte && turn.findUpload(id)?.status === 'staged') turn.restartUpload(id);
    else turn.changeUpload(id, retryUpload);
  }
}

/** What only the network, the storage or the lost session held up goes now, also what was given up on. */
function retryHeldUp(turn: OutboxTurn): void {
  const isHeld = (problem: string | null) => problem === 'NETWORK' || problem === 'UNAUTHORIZED';
  const held = turn.state.outgoing.filter(({ problem }) => isHeld(problem));
  // All of them before the first goes, or a message given up on would be sent after those behind it.
  for (const { clientMessageId } of held) turn.changeOutgoing(clientMessageId, (item) => ({ ...item, ...untried }));
  const ofHeld = new Set(held.flatMap(({ uploadIds }) => uploadIds));
  for (const upload of turn.state.uploads) {
    if (isHeldUp(upload) || ofHeld.has(upload.id)) turn.changeUpload(upload.id, retryUpload);
  }
}

/** A file of the message being written is held again, one of a message already sent goes on; nobody wants the others. */
function takeOverRecovered(turn: OutboxTurn, { uploads, outgoing }: OutboxEventOf<'recovered'>): void {
  const promised = new Set(outgoing.flatMap(({ uploadIds }) => uploadIds));
  for (const upload of uploads) {
    if (promised.has(upload.id) && upload.status === 'held') turn.addUploads([{ ...upload, status: 'queued' }]);
    else if (promised.has(upload.id) || turn.findDraftKey(upload.id) !== undefined) turn.addUploads([upload]);
    else if (upload.localUrl) turn.effects.push({ type: 'revokeUrl', url: upload.localUrl });
  }
  turn.setOutgoing(
    [...turn.state.outgoing, ...outgoing.map((stored) => ({ ...stored, ...untried }))].sort((a, b) =>
      a.createdAt.localeCompare(b.createdAt),
    ),
  );
  turn.setDrafts(keepOnlyUploads(turn.state.drafts, (id) => turn.findUpload(id) !== undefined));
}

/** The object URLs of its files live on, shown instead of a download. */
function dropDelivered(turn: OutboxTurn, id: string): void {
  const message = turn.findOutgoing(id);
  turn.dropOutgoing(id);
  turn.dropUploads(message?.uploadIds ?? []);
}

/** What else was written for the new conversation, sent or not, belongs to the one that exists now. */
function moveIntoConversation(turn: OutboxTurn, { id, dialogId }: OutboxEventOf<'conversationCreated'>): void {
  // A first message with files turns the server's draft into the conversation, so what is on its way there is right;
  // without files the draft stays behind, and with it what has been uploaded to it.
  const isDraftLeft = turn.findOutgoing(id)?.uploadIds.length === 0;
  dropDelivered(turn, id);
  for (const { clientMessageId } of turn.state.outgoing.filter((item) => item.dialogId === null)) {
    turn.changeOutgoing(clientMessageId, (item) => ({ ...item, dialogId }));
  }
  for (const { id: uploadId, status } of turn.state.uploads.filter((upload) => upload.dialogId === null)) {
    turn.changeUpload(uploadId, (upload) => ({ ...upload, dialogId }));
    if (isDraftLeft && (status === 'uploading' || status === 'staged')) turn.restartUpload(uploadId);
  }
  const { [newConversationKey]: unsent, ...drafts } = turn.state.drafts;
  turn.setDrafts(unsent ? joinDrafts(drafts, { [dialogId]: unsent }) : drafts);
}
