/** At most `limit` holders at a time; the others wait in the order of their coming. */
export class Semaphore {
  #free: number;
  readonly #waiting: { resolve(): void; reject(error: unknown): void }[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Resolves with the function that gives the place back; calling it twice does nothing. */
  async acquire(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#waiting.shift();
      if (next) next.resolve();
      else this.#free++;
    };
  }

  /** Sends those who wait away with this error; those who hold a place keep it. */
  rejectWaiting(error: unknown): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
