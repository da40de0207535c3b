import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { buildLiveIndexes, findMissingIndexes, type LiveIndex } from '#shared/db/live-indexes.ts';
import { useDatabase } from '#tests/support/test-database.ts';

const INDEXES: readonly LiveIndex[] = [
  { name: 'Shelf_label_idx', table: 'Shelf', definition: '("label") WHERE "label" IS NOT NULL' },
  { name: 'Shelf_nr_idx', table: 'Shelf', definition: '("nr")' },
];
const NAMES = INDEXES.map(({ name }) => name);

describe('indexes of large tables', () => {
  const database = useDatabase('blank');

  it('are built where they are missing, and only there', async () => {
    await database.pool.query('CREATE TABLE "Shelf" ("nr" int, "label" text)');
    expect(await findMissingIndexes(database.pool, INDEXES)).toEqual(NAMES);
    expect(await buildLiveIndexes(database.url, INDEXES)).toEqual(NAMES);
    expect(await buildLiveIndexes(database.url, INDEXES)).toEqual([]);
    await database.pool.query('DROP INDEX "Shelf_nr_idx"');
    expect(await buildLiveIndexes(database.url, INDEXES)).toEqual(['Shelf_nr_idx']);
  });

  it('let writers through while they are built, and may be asked for by several at once', async () => {
    await database.pool.query('DROP INDEX "Shelf_nr_idx"');
    const reader = await database.pool.connect();
    // The build waits for this transaction, as it would for a long report.
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM "Shelf"');
    const building = [1, 2].map(() => buildLiveIndexes(database.url, INDEXES));
    await whenBuilding();
    await database.pool.query(`INSERT INTO "Shelf" VALUES (1, 'written meanwhile')`);
    await reader.query('COMMIT');
    reader.release();
    expect((await Promise.all(building)).flat()).toEqual(['Shelf_nr_idx']);
    expect(await findMissingIndexes(database.pool, INDEXES)).toEqual([]);
  });

  it('are begun anew after a build that was stopped', async () => {
    await database.pool.query('DROP INDEX "Shelf_nr_idx"');
    const reader = await database.pool.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM "Shelf"');
    const stopping = new AbortController();
    const building = buildLiveIndexes(database.url, INDEXES, stopping.signal);
    await whenBuilding();
    stopping.abort();
    await expect(building).rejects.toThrow();
    await reader.query('COMMIT');
    reader.release();
    expect(await findMissingIndexes(database.pool, INDEXES)).toEqual(['Shelf_nr_idx']);
    expect(await buildLiveIndexes(database.url, INDEXES)).toEqual(['Shelf_nr_idx']);
  });

  it('say what the database says when they cannot be built', async () => {
    const broken = [{ name: 'Nowhere_idx', table: 'Nowhere', definition: '("x")' }];
    await expect(buildLiveIndexes(database.url, broken)).rejects.toThrow('"Nowhere" does not exist');
  });

  async function whenBuilding(): Promise<void> {
    for (;;) {
      const { rows } = await database.pool.query(`SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relname = 'Shelf_nr_idx' AND NOT i.indisvalid`);
      if (rows.length > 0) return;
      await sleep(20);
    }
  }
});
