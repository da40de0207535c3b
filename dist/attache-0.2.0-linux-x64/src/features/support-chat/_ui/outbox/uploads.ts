import { createStore, type Store } from '../engine/store.ts';
import { createId } from './create-id.ts';
import { guessKind, measureLocalMedia } from './describe-file.ts';
import type { LocalFiles, StoredUpload } from './local-files.ts';
import {
  findNextRetryAt,
  findStartable,
  reduceUploads,
  type Upload,
  type UploadEvent,
  type UploadProblem,
} from './upload-queue.ts';
import { createSpeedMeter, type SpeedMeter } from './upload-speed.ts';
import { UploadFailure, type UploadTransport } from './upload-transport.ts';

/** All uploads of this tab. They belong to the tab, not to a component: switching dialogs does not stop them. */
export interface Uploads {
  readonly store: Store<readonly Upload[]>;
  /** Returns the id. A picture is held until {@link send}, everything else starts by itself. */
  add(file: Blob, name: string, dialogId: string | null): string;
  /** Lets a held file go; does nothing to the others. */
  send(id: string): void;
  /** A file of the message being written is held again, one of a message already sent goes on. */
  restore(stored: StoredUpload, isDrafted: boolean): void;
  retry(id: string): void;
  restart(id: string): void;
  /**
   * The conversation these were for exists now. When the draft did not become it, what is on its way there or has
   * arrived there travels anew.
   */
  moveTo(ids: readonly string[], dialogId: string, by: { isDraftGone: boolean }): void;
  /** The server takes things again: what only the network, its storage or the lost session held up goes now. */
  retryHeldUp(): void;
  /** Stops the upload if it runs and forgets the file. */
  remove(id: string): void;
  /** Forgets the bookkeeping of a sent file; its local preview lives on, shown instead of a download. */
  release(id: string): void;
  findFile(id: string): Blob | null;
}

export interface UploadsDependencies {
  chooseTransport: (file: Blob) => UploadTransport;
  localFiles: LocalFiles;
  /** Whether the photo says where it was taken. */
  carriesPlace: (file: Blob, mimeType: string) => Promise<boolean>;
  /** Tells the server to let go of a staged file that no message will carry. Never throws. */
  discardStaged: (attachmentId: string) => Promise<void>;
}

export function createUploads({
  chooseTransport,
  localFiles,
  carriesPlace,
  discardStaged,
}: UploadsDependencies): Uploads {
  const store = createStore<readonly Upload[]>([]);
  const files = new Map<string, Blob>();
  const running = new Map<string, AbortController>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const apply = (event: UploadEvent) => {
    store.update((uploads) => reduceUploads(uploads, event));
    pump();
  };

  function pump() {
    clearTimeout(timer);
    // Tries made while the device knows it is offline would only use up the automatic ones.
    if (!navigator.onLine) return;
    for (const upload of findStartable(store.get(), Date.now())) {
      if (!running.has(upload.id)) void carry(upload);
    }
    const retryAt = findNextRetryAt(store.get());
    if (retryAt !== null) timer = setTimeout(pump, Math.max(50, retryAt - Date.now()));
  }

  async function carry(upload: Upload) {
    const file = files.get(upload.id);
    if (!file) return;
    const controller = new AbortController();
    running.set(upload.id, controller);
    let meter: SpeedMeter | null = null;
    store.update((uploads) => reduceUploads(uploads, { type: 'started', id: upload.id }));
    const onProgress = (sentBytes: number) => {
      // What is there already when a broken upload goes on was not carried just now.
      meter ??= createSpeedMeter(performance.now(), sentBytes);
      const bytesPerSecond = meter.observe(sentBytes, performance.now());
      store.update((uploads) =>
        reduceUploads(uploads, { type: 'progressed', id: upload.id, sentBytes, bytesPerSecond }),
      );
    };
    const onStored = (storedBytes: number) =>
      store.update((uploads) => reduceUploads(uploads, { type: 'stored', id: upload.id, storedBytes }));
    let outcome: UploadEvent | null = null;
    try {
      const { id, name, mimeType, dialogId } = upload;
      const job = { id, file, name, mimeType, dialogId, onProgress, onStored, signal: controller.signal };
      const attachment = await chooseTransport(file)(job);
      // Removed, or moved, in the moment it arrived.
      if (controller.signal.aborted) void discardStaged(attachment.id);
      else {
        outcome = { type: 'staged', id, attachment };
        void localFiles.patchUpload(id, { attachment });
      }
    } catch (error) {
      if (!controller.signal.aborted) outcome = describeFailure(upload.id, error);
    }
    running.delete(upload.id);
    if (outcome) apply(outcome);
    else pump();
  }

  function admit(upload: Upload, file: Blob) {
    files.set(upload.id, file);
    apply({ type: 'added', upload });
    void describe(upload, file);
  }

  async function describe(upload: Upload, file: Blob) {
    const { id, kind, localUrl } = upload;
    const size = localUrl && upload.width === null ? await measureLocalMedia(kind, localUrl) : null;
    if (size) apply({ type: 'described', id, description: size });
    if (kind === 'image' && (await carriesPlace(file, upload.mimeType))) {
      apply({ type: 'described', id, description: { carriesPlace: true } });
    }
  }

  /** What a file that starts anew must not find of how it travelled before. */
  function forgetTravels(id: string) {
    void localFiles.patchUpload(id, { attachment: null, resumeUrl: null });
  }

  function forget(id: string) {
    running.get(id)?.abort(new DOMException('removed', 'AbortError'));
    files.delete(id);
    void localFiles.deleteUpload(id);
    apply({ type: 'removed', id });
  }

  return {
    store,
    add(file, name, dialogId) {
      const upload = createUpload(createId(), file, name, file.type, dialogId);
      admit(upload, file);
      const { id, mimeType, width, height } = upload;
      void localFiles.putUpload({ id, dialogId, name, mimeType, file, width, height, attachment: null });
      return id;
    },
    send: (id) => apply({ type: 'released', id }),
    restore(stored, isDrafted) {
      const upload = createUpload(stored.id, stored.file, stored.name, stored.mimeType, stored.dialogId);
      const { attachment, width, height } = stored;
      const arrived: Partial<Upload> = attachment ? { status: 'staged', sentBytes: stored.file.size, attachment } : {};
      const status = isDrafted ? upload.status : 'queued';
      admit({ ...upload, width, height, status, ...arrived }, stored.file);
    },
    retry: (id) => apply({ type: 'retried', id }),
    restart(id) {
      const refused = store.get().find((one) => one.id === id && one.status === 'staged')?.attachment;
      if (refused) {
        // The address of a finished upload would only lead to the attachment that no message can have.
        forgetTravels(id);
        // It may lie in another dialog, and be published there with the next message.
        void discardStaged(refused.id);
      }
      apply({ type: 'restarted', id });
    },
    moveTo(ids, dialogId, { isDraftGone }) {
      for (const { id, attachment } of store.get().filter((upload) => ids.includes(upload.id))) {
        if (isDraftGone) {
          running.get(id)?.abort(new DOMException('moved', 'AbortError'));
          if (attachment) void discardStaged(attachment.id);
          forgetTravels(id);
        }
        void localFiles.patchUpload(id, { dialogId });
        apply({ type: 'moved', id, dialogId, isDraftGone });
      }
    },
    retryHeldUp() {
      for (const { id, problem } of store.get()) if (problem && heldUp.has(problem)) apply({ type: 'retried', id });
      pump();
    },
    remove(id) {
      const upload = store.get().find((one) => one.id === id);
      forget(id);
      if (upload?.localUrl) URL.revokeObjectURL(upload.localUrl);
      if (upload?.attachment) void discardStaged(upload.attachment.id);
    },
    release: forget,
    findFile: (id) => files.get(id) ?? null,
  };
}

/** What is over when the server can be reached, stores again, or knows the person again. */
const heldUp: ReadonlySet<UploadProblem> = new Set(['NETWORK', 'STORAGE_UNAVAILABLE', 'UNAUTHORIZED']);

function describeFailure(id: string, error: unknown): UploadEvent {
  const failure = error instanceof UploadFailure ? error : new UploadFailure('UNKNOWN');
  return { type: 'failed', id, problem: failure.problem, retryAfterMs: failure.retryAfterMs, now: Date.now() };
}

function createUpload(id: string, file: Blob, name: string, mimeType: string, dialogId: string | null): Upload {
  const kind = guessKind(name, mimeType);
  return {
    id,
    dialogId,
    name,
    mimeType,
    sizeBytes: file.size,
    kind,
    localUrl: kind === 'image' || kind === 'video' ? URL.createObjectURL(file) : null,
    width: null,
    height: null,
    carriesPlace: false,
    status: kind === 'image' ? 'held' : 'queued',
    sentBytes: 0,
    storedBytes: 0,
    bytesPerSecond: null,
    problem: null,
    tries: 0,
    retryAt: null,
    attachment: null,
  };
}
