/** How many downloads one user may have open at once, in this process. */
export class DownloadSlots {
  readonly maxPerUser: number;
  readonly #openByUser = new Map<string, number>();
  #open = 0;

  constructor(maxPerUser: number) {
    this.maxPerUser = maxPerUser;
  }

  get open(): number {
    return this.#open;
  }

  /** Returns the release, safe to call more than once, or null when the user has no slot left. */
  take(userId: string): (() => void) | null {
    const taken = this.#openByUser.get(userId) ?? 0;
    if (taken >= this.maxPerUser) return null;
    this.#openByUser.set(userId, taken + 1);
    this.#open += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#open -= 1;
      const left = (this.#openByUser.get(userId) ?? 1) - 1;
      if (left > 0) this.#openByUser.set(userId, left);
      else this.#openByUser.delete(userId);
    };
  }
}
