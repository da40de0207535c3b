import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import { createStore, type Store } from '../engine/store.ts';
import { createId } from './create-id.ts';
import { divideOutgoing, findDividable, textWaitsMs } from './divide-outgoing.ts';
import type { LocalFiles, StoredOutgoing } from './local-files.ts';
import {
  changeOutgoing,
  describeSendFailure,
  findSendable,
  findUploads,
  type Outgoing,
  type OutgoingChange,
  type SendProblem,
  toStored,
  untried,
} from './outbox-state.ts';
import type { Upload } from './upload-queue.ts';
import type { Uploads } from './uploads.ts';

export interface NewMessage {
  dialogId: string | null;
  topic: string | null;
  text: string;
  uploadIds: string[];
}

/** The server's side of sending. Throws {@link SendFailure}. */
export interface SendApi {
  send(message: Outgoing & { dialogId: string }, attachmentIds: string[]): Promise<MessageDto>;
  /** Returns the id of the new dialog. */
  createDialog(message: Outgoing, attachmentIds: string[]): Promise<string>;
}

export class SendFailure extends Error {
  readonly problem: SendProblem;

  constructor(problem: SendProblem) {
    super(problem);
    this.name = 'SendFailure';
    this.problem = problem;
  }
}

export interface Outbox {
  readonly store: Store<readonly Outgoing[]>;
  /** Takes the message over and returns its `clientMessageId` at once. */
  enqueue(message: NewMessage): string;
  restore(stored: StoredOutgoing): void;
  retry(clientMessageId: string): void;
  /** Gives up the message and its files. */
  remove(clientMessageId: string): void;
  /** Gives up one file of a waiting message; the message goes with its last content. */
  removeUpload(clientMessageId: string, uploadId: string): void;
  /** The server takes things again: what only the network or the lost session held up goes, also what was given up. */
  retryHeldUp(): void;
  /** Tells of dialogs created by a first message. */
  onConversationCreated(listener: (dialogId: string, clientMessageId: string) => void): () => void;
}

export interface OutboxDependencies {
  uploads: Uploads;
  api: SendApi;
  localFiles: LocalFiles;
  /** Called before the outgoing message is cleared, so that the conversation never blinks. */
  onSent: (message: MessageDto) => void;
  /** A staged file got its message: its local picture may stand in for the download. */
  onAttached: (upload: Upload) => void;
}

export function createOutbox({ uploads, api, localFiles, onSent, onAttached }: OutboxDependencies): Outbox {
  const store = createStore<readonly Outgoing[]>([]);
  const createdListeners = new Set<(dialogId: string, clientMessageId: string) => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const change = (id: string, by: OutgoingChange) => store.update((all) => changeOutgoing(all, id, by));
  const find = (id: string) => store.get().find((item) => item.clientMessageId === id);

  function pump() {
    clearTimeout(timer);
    const now = Date.now();
    // Without a network the text could not go either; once it is back, all may be there in a moment.
    if (navigator.onLine !== false) {
      for (const item of findDividable(store.get(), uploads.store.get(), now)) divide(item);
    }
    for (const item of findSendable(store.get(), uploads.store.get(), now)) void deliver(item);
    const waiting = store.get().filter((item) => item.status === 'waiting');
    const upcoming = waiting.flatMap((item) => [item.retryAt ?? 0, item.waitsUntil]).filter((at) => at > now);
    if (upcoming.length > 0) timer = setTimeout(pump, Math.min(...upcoming) - now);
  }

  function divide(item: Outgoing) {
    const parts = divideOutgoing(item, uploads.store.get(), createId());
    store.update((all) => all.flatMap((one) => (one === item ? parts : [one])));
    keep(...parts);
  }

  /** The text has begun the conversation that the rest of its files belong to. */
  function settleRest(item: Outgoing, dialogId: string) {
    for (const rest of store.get().filter(({ restOf }) => restOf === item.clientMessageId)) {
      // With a file the draft itself became the conversation, and what travels there is on the right way.
      uploads.moveTo(rest.uploadIds, dialogId, { isDraftGone: item.uploadIds.length === 0 });
      change(rest.clientMessageId, { dialogId });
      keep({ ...rest, dialogId });
    }
  }

  /** The text is given up: now the rest of its files begins the conversation. */
  function handOverTopic({ clientMessageId, topic }: Outgoing) {
    for (const rest of store.get().filter(({ restOf }) => restOf === clientMessageId)) {
      change(rest.clientMessageId, { topic });
      keep({ ...rest, topic });
    }
  }

  async function deliver(item: Outgoing) {
    change(item.clientMessageId, { status: 'sending', problem: null });
    const own = findUploads(item, uploads.store.get());
    const attachmentIds = own.flatMap((upload) => (upload.attachment ? [upload.attachment.id] : []));
    // Before the answer: the event about this message may overtake it.
    own.forEach(onAttached);
    try {
      if (item.dialogId === null) {
        const dialogId = await api.createDialog(item, attachmentIds);
        settleRest(item, dialogId);
        for (const listener of [...createdListeners]) listener(dialogId, item.clientMessageId);
      } else {
        onSent(await api.send({ ...item, dialogId: item.dialogId }, attachmentIds));
      }
      drop(item.clientMessageId);
      for (const upload of own) uploads.release(upload.id);
    } catch (error) {
      const problem = error instanceof SendFailure ? error.problem : 'UNKNOWN';
      change(item.clientMessageId, describeSendFailure(item, problem, Date.now()));
      // What set out for the draft may have been taken into the next one, if it got there after the first text.
      const isStray = item.restOf !== null && item.tries === 0 && mustTravelAgain(problem);
      if (isStray) carryAgain(item, 1);
    }
    pump();
  }

  function keep(...items: Outgoing[]) {
    void localFiles.putOutgoing(...items.map(toStored));
  }

  function drop(id: string) {
    store.update((all) => all.filter((item) => item.clientMessageId !== id));
    void localFiles.deleteOutgoing(id);
  }

  function retry(id: string) {
    const item = find(id);
    if (!item) return;
    if (mustTravelAgain(item.problem)) return carryAgain(item, 0);
    change(id, untried);
    for (const uploadId of item.uploadIds) uploads.retry(uploadId);
    pump();
  }

  function carryAgain(item: Outgoing, tries: number) {
    change(item.clientMessageId, { ...untried, tries });
    for (const uploadId of item.uploadIds) {
      uploads.restart(uploadId);
      uploads.retry(uploadId);
    }
  }

  function retryHeldUp() {
    const held = store.get().filter(({ problem }) => problem === 'NETWORK' || problem === 'UNAUTHORIZED');
    // All of them before the first goes, or one given up would be overtaken by those behind it.
    for (const { clientMessageId } of held) change(clientMessageId, untried);
    const waitsUntil = Date.now() + textWaitsMs;
    for (const { clientMessageId } of store.get()) change(clientMessageId, { waitsUntil });
    for (const uploadId of held.flatMap(({ uploadIds }) => uploadIds)) uploads.retry(uploadId);
    pump();
  }

  uploads.store.subscribe(pump);

  return {
    store,
    enqueue(message) {
      const clientMessageId = createId();
      const now = new Date();
      const whole = { restOf: null, sentBefore: 0, waitsUntil: now.getTime() + textWaitsMs };
      const fresh = { ...message, ...whole, ...untried, clientMessageId, createdAt: now.toISOString() };
      store.update((all) => [...all, fresh]);
      keep(fresh);
      // Whoever goes on writing is not made to wait for the pause of what they said before.
      for (const item of store.get()) if (item.problem === 'NETWORK') change(item.clientMessageId, { retryAt: null });
      pump();
      return clientMessageId;
    },
    restore({ viewerId: _viewer, owner: _owner, ...stored }) {
      const restored = { ...stored, ...untried, waitsUntil: Date.now() + textWaitsMs };
      store.update((all) => [...all, restored].sort((a, b) => a.createdAt.localeCompare(b.createdAt)));
      pump();
    },
    retry,
    retryHeldUp,
    remove(id) {
      const item = find(id);
      if (!item || item.status === 'sending') return;
      if (item.dialogId === null) handOverTopic(item);
      drop(id);
      for (const uploadId of item.uploadIds) uploads.remove(uploadId);
    },
    removeUpload(id, uploadId) {
      const item = find(id);
      if (!item || item.status === 'sending') return;
      const uploadIds = item.uploadIds.filter((other) => other !== uploadId);
      if (uploadIds.length === 0 && item.text === '') drop(id);
      else {
        change(id, { uploadIds });
        keep({ ...item, uploadIds });
      }
      uploads.remove(uploadId);
      pump();
    },
    onConversationCreated(listener) {
      createdListeners.add(listener);
      return () => createdListeners.delete(listener);
    },
  };
}

/** A refused link means that a staged file is gone or was spent; only its bytes can help. */
function mustTravelAgain(problem: SendProblem | null): boolean {
  return problem === 'CONFLICT' || problem === 'NOT_FOUND';
}
