import type { Database } from '../database.ts';
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
    const rows = await this.#db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE c.relname = ANY(${names}::text[]) AND i.indisvalid AND pg_table_is_visible(i.indrelid)`;
    return rows[0]?.count === names.length;
  }
}
