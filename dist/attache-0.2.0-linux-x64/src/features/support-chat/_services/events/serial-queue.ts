/** Runs tasks one after another in the order they were added. Tasks must not reject. */
export class SerialQueue {
  #tail: Promise<void> = Promise.resolve();

  add(task: () => Promise<void>): void {
    this.#tail = this.#tail.then(task);
  }

  /** Resolves when everything added so far is done. */
  idle(): Promise<void> {
    return this.#tail;
  }
}
