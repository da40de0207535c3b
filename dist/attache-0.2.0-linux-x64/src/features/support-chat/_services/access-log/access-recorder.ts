import {
  type AccessAction,
  type AttachmentAccess,
  SAME_OPENING_MINUTES,
} from '#entities/support-chat/_domain/attachment-access.ts';
import type { AttachmentAccessRepository } from '#entities/support-chat/_repositories/attachment-access-repository.ts';
import type { Log } from '#shared/log/log.ts';

export interface DeliveredFile {
  attachmentId: string;
  dialogId: string;
  userId: string;
  download: boolean;
}

export interface AccessRecorderParts {
  record: Pick<AttachmentAccessRepository, 'add'>;
  log: Pick<Log, 'warn'>;
  flushMs?: number;
  now?: () => Date;
}

const FLUSH_MS = 1_000;
const BATCH = 1_000;
/** With the database away for long, the oldest entries are kept and the rest is counted as lost. */
const MAX_QUEUED = 10_000;
const MAX_REMEMBERED = 50_000;
const SAME_OPENING_MS = SAME_OPENING_MINUTES * 60_000;

/** Writes down who opened which file, a little later and all at once, so that no download waits for it. */
export class AccessRecorder {
  readonly #parts: AccessRecorderParts;
  #queue: AttachmentAccess[] = [];
  #writtenAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #lost = 0;

  constructor(parts: AccessRecorderParts) {
    this.#parts = parts;
  }

  /** Costs a look into a map; never throws and never waits. */
  note({ attachmentId, dialogId, userId, download }: DeliveredFile): void {
    const action: AccessAction = download ? 'download' : 'view';
    const at = this.#parts.now?.() ?? new Date();
    if (this.#isSameOpening(`${userId} ${action} ${attachmentId}`, at.getTime())) return;
    if (this.#queue.length >= MAX_QUEUED) {
      this.#lost += 1;
      return;
    }
    this.#queue.push({ attachmentId, dialogId, userId, action, at });
    this.#timer ??= setTimeout(() => void this.flush(), this.#parts.flushMs ?? FLUSH_MS).unref();
  }

  /** Writes what is queued; what the database does not take stays queued. */
  flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Writes the rest. */
  async stop(): Promise<void> {
    await this.#flushing;
    await this.flush();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #write(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      while (this.#queue.length > 0) {
        const batch = this.#queue.slice(0, BATCH);
        await this.#parts.record.add(batch);
        this.#queue = this.#queue.slice(batch.length);
      }
      if (this.#lost > 0) this.#parts.log.warn({ lost: this.#lost }, 'openings of files were not recorded');
      this.#lost = 0;
    } catch (err) {
      this.#parts.log.warn({ err, waiting: this.#queue.length }, 'the record of openings does not answer');
      this.#timer ??= setTimeout(() => void this.flush(), this.#parts.flushMs ?? FLUSH_MS).unref();
    }
  }

  #isSameOpening(key: string, nowMs: number): boolean {
    const writtenAtMs = this.#writtenAtMs.get(key);
    if (writtenAtMs !== undefined && nowMs - writtenAtMs < SAME_OPENING_MS) return true;
    // Forgetting costs a look by the database, which leaves the second entry out.
    if (this.#writtenAtMs.size >= MAX_REMEMBERED) this.#writtenAtMs.clear();
    this.#writtenAtMs.set(key, nowMs);
    return false;
  }
}
