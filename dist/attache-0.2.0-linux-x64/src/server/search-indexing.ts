import type { Pool } from 'pg';
import { SEARCH_INDEXES } from '#entities/support-chat/_repositories/search-indexes.ts';
import { buildLiveIndexes, findMissingIndexes } from '#shared/db/live-indexes.ts';
import type { Log } from '#shared/log/log.ts';

export interface Indexing {
  /** Ends what is being built; the next start begins it anew. */
  stop(): Promise<void>;
}

/**
 * Builds the indexes that the search lacks while the server serves: in a large chat that was made by an older version it
 * takes minutes, and nobody should wait for it.
 */
export function startIndexing(databaseUrl: string, log: Log): Indexing {
  const stopping = new AbortController();
  const work = buildLiveIndexes(databaseUrl, SEARCH_INDEXES, stopping.signal).catch((err: unknown) => {
    if (!stopping.signal.aborted) log.warn({ err }, 'the indexes of the search could not be built: it stays slow');
  });
  return {
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

/** Production changes nothing by itself; the operator reads what to run. */
export async function warnOfMissingIndexes({ pool, log }: { pool: Pool; log: Log }): Promise<void> {
  const missing = await findMissingIndexes(pool, SEARCH_INDEXES);
  if (missing.length === 0) return;
  log.warn({ missing }, 'the search has no indexes yet and reads every message: npm run db:migrate builds them');
}
