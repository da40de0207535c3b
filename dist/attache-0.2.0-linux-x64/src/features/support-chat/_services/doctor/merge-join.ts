/** What both sides have under one path; at least one of the two lists is not empty. */
export interface Match<Left, Right> {
  path: string;
  left: Left[];
  right: Right[];
}

interface Keyed {
  path: string;
}

/** Thrown when a side is not sorted: every finding after that would be false. */
export class UnsortedError extends Error {
  override readonly name = 'UnsortedError';
}

/**
 * Walks two sequences that are sorted by path, in one pass and constant memory, and pairs what has the same path.
 * @throws UnsortedError
 */
export async function* mergeJoin<Left extends Keyed, Right extends Keyed>(
  left: AsyncIterable<Left>,
  right: AsyncIterable<Right>,
  compare: (a: string, b: string) => number,
): AsyncGenerator<Match<Left, Right>, void, undefined> {
  const lefts = new GroupReader(left, compare);
  const rights = new GroupReader(right, compare);
  try {
    let a = await lefts.next();
    let b = await rights.next();
    while (a || b) {
      const order = !a ? 1 : !b ? -1 : compare(a.path, b.path);
      if (a && order < 0) {
        yield { path: a.path, left: a.items, right: [] };
        a = await lefts.next();
      } else if (b && order > 0) {
        yield { path: b.path, left: [], right: b.items };
        b = await rights.next();
      } else if (a && b) {
        yield { path: a.path, left: a.items, right: b.items };
        a = await lefts.next();
        b = await rights.next();
      }
    }
  } finally {
    await lefts.close();
    await rights.close();
  }
}

/** Reads all items of one path at a time. */
class GroupReader<Item extends Keyed> {
  readonly #iterator: AsyncIterator<Item>;
  readonly #compare: (a: string, b: string) => number;
  #ahead: Item | null = null;
  #started = false;

  constructor(source: AsyncIterable<Item>, compare: (a: string, b: string) => number) {
    this.#iterator = source[Symbol.asyncIterator]();
    this.#compare = compare;
  }

  async next(): Promise<{ path: string; items: Item[] } | null> {
    if (!this.#started) this.#ahead = await this.#read();
    this.#started = true;
    const first = this.#ahead;
    if (!first) return null;
    const items = [first];
    this.#ahead = await this.#read();
    while (this.#ahead?.path === first.path) {
      items.push(this.#ahead);
      this.#ahead = await this.#read();
    }
    if (this.#ahead && this.#compare(first.path, this.#ahead.path) > 0) {
      throw new UnsortedError('paths are not in the order of their bytes');
    }
    return { path: first.path, items };
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #read(): Promise<Item | null> {
    const result = await this.#iterator.next();
    return result.done ? null : result.value;
  }
}
