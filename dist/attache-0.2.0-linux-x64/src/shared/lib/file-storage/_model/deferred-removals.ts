interface Removal {
  remove: () => Promise<void>;
  attempt: number;
  /** Successes still needed. */
  rounds: number;
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
}

const MAX_PENDING = 10_000;
const MAX_ATTEMPTS = 60;
const SECOND_ROUND_MS = 15_000;

/**
 * Objects of failed puts that could not be removed because the storage was away. A frozen server may still carry out,
 * when it wakes, the request whose sender has long given up: so a removal is tried until it succeeds, and once more a
 * little later. What this forgets (a restart, too many) is left to the doctor.
 */
export class DeferredRemovals {
  readonly #pending = new Map<string, Removal>();

  get size(): number {
    return this.#pending.size;
  }

  /**
   * `rounds` is how many times the removal has to succeed. `key` is the path for a removal that `reclaim` must be able
   * to call off, anything else for one that cannot hit what is written there later.
   */
  add(key: string, remove: () => Promise<void>, rounds: 1 | 2): void {
    this.#stop(key);
    if (this.#pending.size >= MAX_PENDING) return;
    const removal: Removal = { remove, attempt: 0, rounds, timer: null, running: null };
    this.#pending.set(key, removal);
    this.#schedule(key, removal, rounds === 2 ? 1_000 : SECOND_ROUND_MS);
  }

  /** To call before a path is written anew, so that a removal of its past cannot hit its present. */
  async reclaim(path: string): Promise<void> {
    const running = this.#pending.get(path)?.running;
    this.#stop(path);
    await running;
  }

  close(): void {
    for (const key of [...this.#pending.keys()]) this.#stop(key);
  }

  #stop(key: string): void {
    const removal = this.#pending.get(key);
    if (!removal) return;
    if (removal.timer) clearTimeout(removal.timer);
    this.#pending.delete(key);
  }

  #schedule(key: string, removal: Removal, delayMs: number): void {
    removal.timer = setTimeout(() => {
      removal.running = this.#run(key, removal);
    }, delayMs);
    removal.timer.unref();
  }

  async #run(key: string, removal: Removal): Promise<void> {
    let delayMs: number;
    try {
      await removal.remove();
      removal.rounds--;
      delayMs = SECOND_ROUND_MS;
    } catch {
      removal.attempt++;
      delayMs = Math.min(60_000, 1_000 * 2 ** removal.attempt) * (0.5 + Math.random() / 2);
    }
    if (this.#pending.get(key) !== removal) return;
    if (removal.rounds === 0 || removal.attempt >= MAX_ATTEMPTS) this.#pending.delete(key);
    else this.#schedule(key, removal, delayMs);
  }
}
