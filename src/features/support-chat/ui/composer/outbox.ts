import type { MessageDto } from '../../dto/chat-dto.ts';
import { createStore, type Store } from '../data/store.ts';
import { createId } from './create-id.ts';
import type { LocalFiles, StoredOutgoing } from './local-files.ts';
import {
  changeOutgoing,
  describeSendFailure,
  findSendable,
  findUploads,
  type Outgoing,
  type OutgoingChange,
  type SendProblem,
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
  onDialogCreated(listener: (dialogId: string, clientMessageId: string) => void): () => void;
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
    for (const item of findSendable(store.get(), uploads.store.get(), now)) void deliver(item);
    const later = store.get().flatMap((item) => (item.status === 'waiting' && item.retryAt ? [item.retryAt] : []));
    const upcoming = later.filter((at) => at > now);
    if (upcoming.length > 0) timer = setTimeout(pump, Math.min(...upcoming) - now);
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
        for (const listener of [...createdListeners]) listener(dialogId, item.clientMessageId);
      } else {
        onSent(await api.send({ ...item, dialogId: item.dialogId }, attachmentIds));
      }
      drop(item.clientMessageId);
      for (const upload of own) uploads.release(upload.id);
    } catch (error) {
      const problem = error instanceof SendFailure ? error.problem : 'UNKNOWN';
      change(item.clientMessageId, describeSendFailure(item, problem, Date.now()));
    }
    pump();
  }

  function drop(id: string) {
    store.update((all) => all.filter((item) => item.clientMessageId !== id));
    void localFiles.deleteOutgoing(id);
  }

  function retry(id: string) {
    const item = find(id);
    if (!item) return;
    // A refused link means that a staged file is gone or was spent; only its bytes can help.
    const mustTravelAgain = item.problem === 'CONFLICT' || item.problem === 'NOT_FOUND';
    change(id, { status: 'waiting', problem: null, tries: 0, retryAt: null });
    for (const uploadId of item.uploadIds) {
      if (mustTravelAgain) uploads.restart(uploadId);
      else uploads.retry(uploadId);
    }
    pump();
  }

  function retryHeldUp() {
    const held = store.get().filter(({ problem }) => problem === 'NETWORK' || problem === 'UNAUTHORIZED');
    // All of them before the first goes, or one given up would be overtaken by those behind it.
    for (const { clientMessageId } of held) change(clientMessageId, untried);
    for (const uploadId of held.flatMap(({ uploadIds }) => uploadIds)) uploads.retry(uploadId);
    pump();
  }

  uploads.store.subscribe(pump);

  return {
    store,
    enqueue(message) {
      const clientMessageId = createId();
      const fresh = { ...message, clientMessageId, createdAt: new Date().toISOString() };
      store.update((all) => [...all, { ...fresh, ...untried }]);
      void localFiles.putOutgoing(fresh);
      // Whoever goes on writing is not made to wait for the pause of what they said before.
      for (const item of store.get()) if (item.problem === 'NETWORK') change(item.clientMessageId, { retryAt: null });
      pump();
      return clientMessageId;
    },
    restore({ clientMessageId, dialogId, topic, text, uploadIds, createdAt }) {
      const restored = { clientMessageId, dialogId, topic, text, uploadIds, createdAt, ...untried };
      store.update((all) => [...all, restored].sort((a, b) => a.createdAt.localeCompare(b.createdAt)));
      pump();
    },
    retry,
    retryHeldUp,
    remove(id) {
      const item = find(id);
      if (!item || item.status === 'sending') return;
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
        const { clientMessageId, dialogId, topic, text, createdAt } = item;
        void localFiles.putOutgoing({ clientMessageId, dialogId, topic, text, uploadIds, createdAt });
      }
      uploads.remove(uploadId);
      pump();
    },
    onDialogCreated(listener) {
      createdListeners.add(listener);
      return () => createdListeners.delete(listener);
    },
  };
}

const untried: Pick<Outgoing, 'status' | 'problem' | 'tries' | 'retryAt'> = {
  status: 'waiting',
  problem: null,
  tries: 0,
  retryAt: null,
};
