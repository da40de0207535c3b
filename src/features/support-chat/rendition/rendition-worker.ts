import type { RenditionRepository } from '#entities/support-chat/rendition/rendition-repository.ts';
import type { Log } from '#shared/log/log.ts';
import { LEASE_SECONDS, type RenderAttachment } from './render-attachment.ts';

export interface RenditionWorkerParts {
  queue: RenditionRepository;
  render: RenderAttachment;
  log: Log;
  /** As `RenderAttachment` has it. */
  worker: string;
  /** Jobs at once; 0: none. */
  concurrency: number;
  pollMs?: number;
}

/** Finds what no call of `wake` told of: jobs put off, jobs of a worker that died. */
const POLL_MS = 5_000;

/** Works through the queue of renditions as long as the process lives. */
export class RenditionWorker {
  readonly #parts: RenditionWorkerParts;
  readonly #stopping = new AbortController();
  readonly #sleepers = new Set<() => void>();
  #loops: Promise<void>[] = [];
  #wakes = 0;

  constructor(parts: RenditionWorkerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loops = Array.from({ length: this.#parts.concurrency }, () => this.#loop());
  }

  /** There may be work. */
  wake(): void {
    this.#wakes += 1;
    for (const rouse of this.#sleepers) rouse();
  }

  /** Ends what is under way and gives it back to the queue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const wakes = this.#wakes;
      const worked = await this.#workOnce().catch((err) => {
        this.#parts.log.warn({ err }, 'the queue of renditions does not answer');
        return false;
      });
      // Woken between the look and the sleep: look again.
      if (!worked && wakes === this.#wakes) await this.#sleep();
    }
  }

  async #workOnce(): Promise<boolean> {
    const { queue, render, worker } = this.#parts;
    const job = await queue.claim(worker, LEASE_SECONDS);
    if (job === null) return false;
    await render.run(job, this.#stopping.signal);
    return true;
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const rouse = () => {
        clearTimeout(timer);
        this.#sleepers.delete(rouse);
        resolve();
      };
      const timer = setTimeout(rouse, this.#parts.pollMs ?? POLL_MS);
      timer.unref();
      this.#sleepers.add(rouse);
    });
  }
}
