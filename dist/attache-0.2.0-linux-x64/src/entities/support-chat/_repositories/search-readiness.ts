import { USABLE_INDEXES } from '#shared/db/live-indexes.ts';
import type { Database } from './database.ts';
import { SEARCH_INDEXES } from './search-indexes.ts';

const BELIEVED_MS = 60_000;

/**
 * Whether the indexes of the search are there. Where they are not (yet), a statement that asks for the parts of a text
 * would take all texts apart, which is far slower than reading them.
 */
export class SearchReadiness {
  readonly #db: Database;
  #known: { ready: boolean; until: number } | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  async isReady(): Promise<boolean> {
    const now = Date.now();
    if (this.#known === null || this.#known.until < now) {
      this.#known = { ready: await this.#ask(), until: now + BELIEVED_MS };
    }
    return this.#known.ready;
  }

  async #ask(): Promise<boolean> {
    const names = SEARCH_INDEXES.map(({ name }) => name);
    const usable = await this.#db.$queryRawUnsafe<unknown[]>(USABLE_INDEXES, names);
    return usable.length === names.length;
  }
}
