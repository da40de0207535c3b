import type { ClaimedRenditionJob } from '#entities/support-chat/_domain/rendition.ts';
import type { RenditionRepository } from '#entities/support-chat/_repositories/rendition-repository.ts';
import type { Log } from '#shared/log/log.ts';
import { LEASE_SECONDS, type RenderAttachment, type RenderOutcome } from './render-attachment.ts';

export interface RenditionWorkerParts {
  queue: RenditionRepository;
  render: Pick<RenderAttachment, 'run'>;
  log: Log;
  /** As `RenderAttachment` has it. */
  worker: string;
  /** Jobs at once; 0: none. */
  concurrency: number;
  /** What is worked on when the queue is empty: files that nobody tried. Absent: nothing. */
  backlog?: {
    mimeTypes: readonly string[];
    /** False while somebody else needs the machine. */
    isOpen: () => Promise<boolean>;
    /** Whether this machine can make a preview of every one of these types. */
    hasEveryTool?: () => Promise<boolean>;
  };
  /** Told of each job that ended, with the seconds it took. */
  onEnded?: (outcome: RenderOutcome, seconds: number) => void;
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
    const { concurrency, log } = this.#parts;
    if (concurrency > 0)
      void this.#reopenBacklog().catch((err) => log.warn({ err }, 'old files were not looked at again'));
    this.#loops = Array.from({ length: concurrency }, () => this.#loop());
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
    const { queue, worker } = this.#parts;
    const job = await queue.claim(worker, LEASE_SECONDS);
    if (job === null) return this.#workOnBacklog();
    await this.#run(job);
    return true;
  }

  async #workOnBacklog(): Promise<boolean> {
    const { queue, worker, backlog } = this.#parts;
    if (!backlog || !(await backlog.isOpen())) return false;
    const { job, settled } = await queue.claimBacklog(worker, LEASE_SECONDS, backlog.mimeTypes);
    if (job !== null) await this.#run(job);
    return job !== null || settled > 0;
  }

  /** Films that came while ffmpeg was missing were given up for good; it may have been installed since. */
  async #reopenBacklog(): Promise<void> {
    const { queue, backlog } = this.#parts;
    if (backlog && (await backlog.hasEveryTool?.())) await queue.reopen(backlog.mimeTypes);
  }

  async #run(job: ClaimedRenditionJob): Promise<void> {
    const startedAt = performance.now();
    const outcome = await this.#parts.render.run(job, this.#stopping.signal);
    this.#parts.onEnded?.(outcome, (performance.now() - startedAt) / 1000);
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
