import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClaimedRenditionJob,
  type FinalPreviewState,
  type NewRendition,
  pauseAfterAttempt,
  type RenditionFacts,
} from '#entities/support-chat/_domain/rendition.ts';
import type { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import type { RenditionRepository } from '#entities/support-chat/_repositories/rendition-repository.ts';
import { StorageObjectMissingError } from '#shared/lib/file-storage/storage-errors.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import { makeRenditions } from '#shared/rendition/make-renditions.ts';
import type { FailedRenditions, MadeRenditions, Rendition } from '#shared/rendition/rendition-outcome.ts';
import { messageUpdated } from '../conversation/edit-message.ts';
import { fetchOriginal } from './fetch-original.ts';

export interface RenderParts {
  store: ChatStore;
  queue: RenditionRepository;
  storages: StorageRegistry;
  log: Log;
  /** Of the process: another process that claims a job of ours has another. */
  worker: string;
}

/** For how long a claimed job is this worker's. */
export const LEASE_SECONDS = 120;
/** Below the lease, so that two workers are never at one job. */
const JOB_SECONDS = 110;

/** A larger film is shown without a poster rather than copied to the disk of the server. */
const MAX_ORIGINAL_BYTES = 512 * 1024 * 1024;

/** A file that ran into a time limit or took its process down gets one more chance on a quieter machine. */
const MAX_ATTEMPTS_OF_A_COSTLY_FILE = 2;

const MAX_INT4 = 2_147_483_647;

/** What became of a job: `put-off` is tried again, `dropped` was not wanted any more. */
export type RenderOutcome = FinalPreviewState | 'put-off' | 'dropped';

/** One job from claim to event: original out of the storage, renditions made apart, stored, and told to the pages. */
export class RenderAttachment {
  readonly #parts: RenderParts;

  constructor(parts: RenderParts) {
    this.#parts = parts;
  }

  /**
   * Finishes the job or gives it back. Whatever the file or the storage does, it does not throw.
   * @throws what the database throws while it is away; the job is due again when its lease is over
   */
  async run(job: ClaimedRenditionJob, stopping: AbortSignal): Promise<RenderOutcome> {
    const { queue, worker } = this.#parts;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(JOB_SECONDS * 1000)]);
    if (job.status !== 'LINKED') {
      await queue.drop(job.attachmentId, worker);
      return 'dropped';
    }
    if (job.sizeBytes > MAX_ORIGINAL_BYTES) return this.#give(job, 'failed');
    const folder = await mkdtemp(join(tmpdir(), 'attache-original-'));
    try {
      const filePath = join(folder, 'original');
      await fetchOriginal(this.#parts.storages, job, filePath, signal);
      const { mimeType, sizeBytes } = job;
      const made = await makeRenditions({ filePath, mimeType, sizeBytes }, { signal });
      return await ('failed' in made ? this.#refused(job, made, stopping) : this.#keep(job, made, signal));
    } catch (error) {
      return await this.#failed(job, error, stopping);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #keep(job: ClaimedRenditionJob, made: MadeRenditions, signal: AbortSignal): Promise<RenderOutcome> {
    const stored: NewRendition[] = [];
    let kept = false;
    try {
      for (const variant of ['thumbnail', 'preview'] as const) {
        const rendition = made[variant];
        if (rendition) stored.push(await this.#put(job, variant, rendition, signal));
      }
      kept = await this.#end(job, 'ready', factsOf(made), stored);
      return kept ? 'ready' : 'dropped';
    } finally {
      if (!kept) await this.#remove(stored);
    }
  }

  async #put(
    job: ClaimedRenditionJob,
    variant: NewRendition['variant'],
    { bytes, mimeType, width, height }: Rendition,
    signal: AbortSignal,
  ): Promise<NewRendition> {
    const storage = this.#parts.storages.current;
    const storagePath = createStoragePath(job.createdByUserId);
    const { sizeBytes } = await storage.put(storagePath, oneChunk(bytes), { contentType: mimeType, signal });
    const etag = createHash('sha256').update(bytes).digest('hex');
    return { variant, storagePath, storageDriver: storage.driver, mimeType, sizeBytes, etag, width, height };
  }

  /** False when the result is not wanted any more: the attachment is being deleted. */
  async #end(
    job: ClaimedRenditionJob,
    state: FinalPreviewState,
    facts: RenditionFacts | null = null,
    made: readonly NewRendition[] = [],
  ): Promise<boolean> {
    const { store, worker } = this.#parts;
    const replaced = await store.transaction(async ({ renditions, events }) => {
      const subject = await renditions.lockForResult(job.attachmentId, worker);
      if (subject === null) return null;
      const old = state === 'ready' ? await renditions.replace(job.attachmentId, made) : [];
      await renditions.finish(job.attachmentId, state, facts);
      const { dialogId, messageId } = subject;
      if (messageId !== null) await events.append([messageUpdated({ id: messageId, dialogId }, new Date())]);
      return old;
    });
    await this.#remove(replaced ?? []);
    return replaced !== null;
  }

  async #give(job: ClaimedRenditionJob, state: 'failed' | 'unsupported'): Promise<RenderOutcome> {
    return (await this.#end(job, state)) ? state : 'dropped';
  }

  async #refused(job: ClaimedRenditionJob, outcome: FailedRenditions, stopping: AbortSignal): Promise<RenderOutcome> {
    if (stopping.aborted) return this.#giveBack(job);
    this.#parts.log.info({ attachmentId: job.attachmentId, reason: outcome.failed }, 'no rendition could be made');
    if (outcome.retryable && job.attempts < MAX_ATTEMPTS_OF_A_COSTLY_FILE) {
      return this.#tryLater(job, pauseAfterAttempt(job.attempts) ?? 0, outcome.failed);
    }
    const hasNoMeans = outcome.failed === 'tool-missing' || outcome.failed === 'unsupported-type';
    return this.#give(job, hasNoMeans ? 'unsupported' : 'failed');
  }

  async #failed(job: ClaimedRenditionJob, error: unknown, stopping: AbortSignal): Promise<RenderOutcome> {
    if (stopping.aborted) return this.#giveBack(job);
    this.#parts.log.warn({ attachmentId: job.attachmentId, err: error }, 'a rendition failed');
    const pauseSeconds = error instanceof StorageObjectMissingError ? null : pauseAfterAttempt(job.attempts);
    if (pauseSeconds === null) return this.#give(job, 'failed');
    return this.#tryLater(job, pauseSeconds, error instanceof Error ? error.name : 'unknown');
  }

  async #tryLater(job: ClaimedRenditionJob, afterSeconds: number, reason: string): Promise<RenderOutcome> {
    const { queue, worker } = this.#parts;
    await queue.postpone(job.attachmentId, worker, { afterSeconds, countsAsAttempt: true, reason });
    return 'put-off';
  }

  /** The server stops: another instance, or the next start, takes the job up at once. */
  async #giveBack(job: ClaimedRenditionJob): Promise<RenderOutcome> {
    const { queue, worker } = this.#parts;
    await queue.postpone(job.attachmentId, worker, { afterSeconds: 0, countsAsAttempt: false, reason: 'stopped' });
    return 'put-off';
  }

  /** What nothing names. Best effort: the doctor finds what is left. */
  async #remove(objects: readonly { storagePath: string; storageDriver: string | null }[]): Promise<void> {
    for (const { storagePath, storageDriver } of objects) {
      try {
        await (await this.#parts.storages.for(storageDriver)).delete(storagePath);
      } catch (err) {
        this.#parts.log.warn({ err }, 'a rendition without a row is left in the storage');
      }
    }
  }
}

function factsOf({ width, height, thumbhash, pageCount, waveform, durationSeconds }: MadeRenditions): RenditionFacts {
  const milliseconds = durationSeconds === null ? null : Math.round(durationSeconds * 1000);
  // A file may claim any duration; the column is a 32-bit integer.
  const durationMs = milliseconds !== null && milliseconds <= MAX_INT4 ? milliseconds : null;
  return { width, height, thumbhash, pageCount, waveform, durationMs };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
