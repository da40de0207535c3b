import { createStore, type Store } from '#shared/ui/store.ts';
import type { CreateConversationResultDto, MessageDto, StagedAttachmentDto } from '../../_api/types.ts';
import { createId } from './create-id.ts';
import { createUpload, measureFile } from './create-upload.ts';
import { type Drafts, newConversationKey } from './drafts.ts';
import type { LocalStore } from './local-store.ts';
import { mirrorState } from './mirror-state.ts';
import {
  emptyOutbox,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxEventOf,
  type OutboxState,
} from './outbox-events.ts';
import { type Outgoing, type SendProblem, untried } from './outgoing.ts';
import { findNextWake, reduceOutbox } from './reduce-outbox.ts';
import type { Upload } from './upload.ts';
import { UploadRunner } from './upload-runner.ts';
import type { UploadTransport } from './upload-transport.ts';
import { watchDevice } from './watch-device.ts';

export class SendFailure extends Error {
  readonly problem: SendProblem;

  constructor(problem: SendProblem) {
    super(problem);
    this.name = 'SendFailure';
    this.problem = problem;
  }
}

/** The server's side. The first two throw {@link SendFailure}. */
export interface OutboxApi {
  send(message: Outgoing & { dialogId: string }, attachmentIds: readonly string[]): Promise<MessageDto>;
  createConversation(message: Outgoing, attachmentIds: readonly string[]): Promise<CreateConversationResultDto>;
  /** Lets go of a staged file that no message will carry. Never throws: cleanup finds what stays. */
  discardStaged(attachmentId: string): Promise<void>;
  /** Keeps staged files from being cleaned up; returns the ids of those that are still there. */
  renewStaged(attachmentIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface OutboxDependencies {
  api: OutboxApi;
  localStore: LocalStore;
  /** Texts and file ids that survive a reload. */
  keptDrafts: { read(): Drafts; write(drafts: Drafts): void };
  chooseTransport: (file: Blob) => UploadTransport;
  /** Staged files are about to get their message: their local pictures may stand in for downloads. */
  onAttached: (uploads: readonly Upload[]) => void;
  /** Both before the outgoing message is cleared, so that the conversation never blinks. */
  onSent: (message: MessageDto) => void;
  onCreated: (created: CreateConversationResultDto, message: Outgoing, files: readonly StagedAttachmentDto[]) => void;
}

type PersonEvent = OutboxEventOf<
  'typed' | 'fileRemoved' | 'fileRetried' | 'messageRetried' | 'messageRemoved' | 'reachable'
>;
type CreatedListener = (dialogId: string) => void;

/** Runs the outbox of a tab: feeds {@link reduceOutbox} with events, carries its effects out, keeps its state stored. */
export class Outbox {
  readonly store: Store<OutboxState> = createStore(emptyOutbox);
  readonly #dependencies: OutboxDependencies;
  readonly #uploads: UploadRunner;
  readonly #createdListeners = new Set<CreatedListener>();
  /** What the browser's store holds. */
  #mirrored = emptyOutbox;
  #wakeUp: ReturnType<typeof setTimeout> | undefined;
  #isRestored = false;

  constructor(dependencies: OutboxDependencies) {
    const { chooseTransport, api } = dependencies;
    this.#dependencies = dependencies;
    this.#uploads = new UploadRunner({
      chooseTransport,
      discardStaged: (attachmentId) => api.discardStaged(attachmentId),
      report: (event) => this.#take(event),
    });
  }

  dispatch(event: PersonEvent): void {
    this.#take(event);
  }

  /** `dialogId`: null for a conversation that does not exist yet. */
  addFiles(dialogId: string | null, files: readonly { file: Blob; name: string }[]): void {
    const uploads = files.map(({ file, name }) => this.#createUpload(file, name, dialogId));
    this.#take({ type: 'filesAdded', key: dialogId ?? newConversationKey, uploads });
    for (const upload of uploads) void this.#measure(upload);
  }

  /** Puts another file in the place of one: the redacted picture for the picture. */
  replaceFile({ id, dialogId }: Pick<Upload, 'id' | 'dialogId'>, file: Blob, name: string): void {
    const by = this.#createUpload(file, name, dialogId);
    this.#take({ type: 'fileReplaced', uploadId: id, by });
    void this.#measure(by);
  }

  /** Takes the draft over as a message, if there is anything in it. */
  send(dialogId: string | null, topic: string | null): void {
    this.#take({ type: 'sent', key: dialogId ?? newConversationKey, clientMessageId: createId(), topic });
  }

  /** The text of a waiting message goes now, with the files that are there; the rest of them follows. */
  sendTextNow(clientMessageId: string): void {
    this.#take({ type: 'messageSplit', id: clientMessageId, restId: createId() });
  }

  /** Tells of conversations begun by a first message. */
  onConversationCreated(listener: CreatedListener): () => void {
    this.#createdListeners.add(listener);
    return () => this.#createdListeners.delete(listener);
  }

  /** In the browser only. Returns the way to stop. */
  start(): () => void {
    if (!this.#isRestored) void this.#restore();
    return watchDevice((event) => this.#take(event));
  }

  #take(event: OutboxEvent): void {
    const before = this.store.get();
    const { state, effects } = reduceOutbox(before, event, Date.now());
    this.store.update(() => state);
    const stored = mirrorState(this.#mirrored, state, this.#dependencies.localStore);
    this.#mirrored = state;
    if (this.#isRestored && state.drafts !== before.drafts) {
      // Only once the message is stored: a page closed in between would lose what the draft said.
      void stored.then(() => this.#dependencies.keptDrafts.write(this.store.get().drafts));
    }
    for (const effect of effects) this.#run(effect);
    clearTimeout(this.#wakeUp);
    const wakeAt = findNextWake(state);
    if (wakeAt === null) return;
    this.#wakeUp = setTimeout(() => this.#take({ type: 'woke' }), Math.max(50, wakeAt - Date.now()));
  }

  #run(effect: OutboxEffect): void {
    if (effect.type === 'upload') void this.#uploads.start(effect.upload);
    else if (effect.type === 'abortUpload') this.#uploads.abort(effect.uploadId);
    else if (effect.type === 'discardStaged') void this.#dependencies.api.discardStaged(effect.attachmentId);
    else if (effect.type === 'revokeUrl') URL.revokeObjectURL(effect.url);
    else if (effect.type === 'send') void this.#send(effect.message, effect.uploads);
    else void this.#renew(effect.attachmentIds);
  }

  async #send(message: Outgoing, uploads: readonly Upload[]): Promise<void> {
    const { api, onAttached, onSent, onCreated } = this.#dependencies;
    const { clientMessageId: id, dialogId } = message;
    const files = uploads.flatMap(({ attachment }) => attachment ?? []);
    const attachmentIds = files.map((file) => file.id);
    // Before the response: the event about this message may overtake it.
    onAttached(uploads);
    try {
      if (dialogId === null) {
        const created = await api.createConversation(message, attachmentIds);
        onCreated(created, message, files);
        for (const listener of [...this.#createdListeners]) listener(created.dialogId);
        this.#take({ type: 'conversationCreated', id, dialogId: created.dialogId });
      } else {
        onSent(await api.send({ ...message, dialogId }, attachmentIds));
        this.#take({ type: 'delivered', id });
      }
    } catch (error) {
      this.#take({ type: 'refused', id, problem: error instanceof SendFailure ? error.problem : 'UNKNOWN' });
    }
  }

  async #renew(asked: readonly string[]): Promise<void> {
    // Without a response nothing is known; the next heartbeat asks again.
    const alive = await this.#dependencies.api.renewStaged(asked).catch(() => null);
    if (alive) this.#take({ type: 'renewed', asked, alive });
  }

  async #restore(): Promise<void> {
    const { keptDrafts, localStore } = this.#dependencies;
    this.#isRestored = true;
    this.#take({ type: 'draftsRead', drafts: keptDrafts.read() });
    const orphans = await localStore.claimOrphans();
    const uploads = orphans.uploads.map(createUpload);
    const { outgoing } = orphans;
    const stored = outgoing.map((item) => ({ ...item, ...untried }));
    const known = this.#mirrored;
    this.#mirrored = {
      ...known,
      uploads: [...known.uploads, ...uploads],
      outgoing: [...known.outgoing, ...stored],
    };
    this.#take({ type: 'recovered', uploads, outgoing });
    for (const upload of uploads) void this.#measure(upload);
  }

  #createUpload(file: Blob, name: string, dialogId: string | null): Upload {
    const unknown = { width: null, height: null, attachment: null, resumeUrl: null };
    return createUpload({ id: createId(), dialogId, name, mimeType: file.type, file, ...unknown });
  }

  async #measure(upload: Upload): Promise<void> {
    for await (const facts of measureFile(upload)) this.#take({ type: 'fileMeasured', uploadId: upload.id, facts });
  }
}
