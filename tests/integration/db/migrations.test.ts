import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations, MIGRATIONS_DIR } from '#shared/db/migrate.ts';
import { people } from '#tests/support/people.ts';
import { startTestDatabase, useDatabase } from '#tests/support/test-database.ts';
import { diffMigrations } from '../../../tools/schema-diff/diff-migrations.ts';
import { NO_FILTERS, readMigrations, withSchemaEngine } from '../../../tools/schema-diff/schema-engine.ts';

const INIT = '20261101000000_init_support_chat';
const ADD_ATTACHMENT = '20261102000000_add_support_attachment';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attache-migrations-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A migrations folder that holds only some of ours, and perhaps one more. */
async function migrationsFolder(name: string, names: readonly string[], extra?: { name: string; sql: string }) {
  const target = join(folder, name);
  await cp(join(MIGRATIONS_DIR, 'migration_lock.toml'), join(target, 'migration_lock.toml'));
  for (const migration of names) {
    await cp(join(MIGRATIONS_DIR, migration), join(target, migration), { recursive: true });
  }
  if (extra) {
    await mkdir(join(target, extra.name), { recursive: true });
    await writeFile(join(target, extra.name, 'migration.sql'), extra.sql);
  }
  return target;
}

describe('the migrations', () => {
  const database = useDatabase('blank');

  it('lead to the schema file, with nothing left over', async () => {
    expect(await diffMigrations(database.url)).toBeNull();
  });

  it('notice a schema file that has gone ahead of them', async () => {
    const initOnly = await migrationsFolder('init-only', [INIT]);
    expect(await diffMigrations(database.url, { folder: initOnly })).toContain('CREATE TABLE "ChatAttachment"');
  });
});

describe('an installation of before attachments had a table', () => {
  const database = useDatabase('blank');

  it('takes the second migration alone, keeps its rows, and the older program goes on writing', async () => {
    await applyMigrations(database.url, await migrationsFolder('old', [INIT]));
    const writeAsBefore = (id: string) =>
      database.pool.query(
        `INSERT INTO "ChatMessage" (id, "dialogId", "senderType", text, attachments) VALUES ($1, 'd', 'USER', 'hi', $2)`,
        [id, JSON.stringify([{ id: 'a', name: 'a.png', path: 'support-chat/u/a', type: 'image/png', sizeBytes: 3 }])],
      );
    await database.pool.query(`INSERT INTO "User" (id, name, email) VALUES ('u', 'Old', 'old@example.test')`);
    await database.pool.query(`INSERT INTO "ChatDialog" (id, "userId") VALUES ('d', 'u')`);
    await writeAsBefore('m1');

    const report = await applyMigrations(database.url, await migrationsFolder('second', [INIT, ADD_ATTACHMENT]));

    expect(report.applied).toEqual([ADD_ATTACHMENT]);
    await writeAsBefore('m2');
    await database.pool.query(`INSERT INTO "ChatDialog" (id, "userId") VALUES ('d2', 'u')`);
    expect((await database.pool.query('SELECT count(*)::int FROM "ChatMessage"')).rows).toEqual([{ count: 2 }]);
    const attachment = await database.pool.query(
      `INSERT INTO "ChatAttachment"
         (id, "dialogId", "messageId", "storagePath", "mimeType", "sizeBytes", "originalName", "createdByUserId", status)
       VALUES ('a', 'd', 'm1', 'support-chat/u/a', 'image/png', 3, 'a.png', 'u', 'LINKED') RETURNING etag, position`,
    );
    expect(attachment.rows).toEqual([{ etag: null, position: 0 }]);
  });
});

describe('applying migrations', () => {
  const database = useDatabase('empty');

  it('does nothing the second time', async () => {
    expect(await applyMigrations(database.url)).toEqual({ applied: [] });
  });

  it("leaves nothing to do for Prisma's own engine, so its commands go on working", async () => {
    const migrationsList = await readMigrations();
    const result = await withSchemaEngine(database.url, (engine) =>
      engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
    );
    expect(result.appliedMigrationNames).toEqual([]);
  });

  it('is done once when several instances start together', async () => {
    const fresh = await startTestDatabase('blank');
    const reports = await Promise.all([1, 2, 3].map(() => applyMigrations(fresh.url)));
    const applied = reports.flatMap((report) => report.applied);
    await fresh.close();
    expect(applied.filter((name) => name === INIT)).toHaveLength(1);
  });

  it('leaves nothing of a migration that fails, names it, and tries again once it is fixed', async () => {
    const name = '20990101000000_broken';
    const sql = `ALTER TABLE "ChatDialog" ADD COLUMN "extra" TEXT DEFAULT 'a;b'; ALTER TABLE "Nowhere" ADD COLUMN x TEXT;`;
    const current = [INIT, ADD_ATTACHMENT, '20261103000000_support_events_and_jobs'];
    const broken = await migrationsFolder('broken', current, { name, sql });
    await expect(applyMigrations(database.url, broken)).rejects.toThrow(`Migration ${name} failed`);
    const columns = `SELECT 1 FROM information_schema.columns WHERE table_name = 'ChatDialog' AND column_name = 'extra'`;
    expect((await database.pool.query(columns)).rowCount).toBe(0);

    await writeFile(join(broken, name, 'migration.sql'), sql.split('; ALTER')[0] ?? '');
    expect(await applyMigrations(database.url, broken)).toEqual({ applied: [name] });
    expect((await database.pool.query(columns)).rowCount).toBe(1);
  });

  it('gives way to a long transaction instead of making everybody wait behind it', async () => {
    const name = '20990102000000_waits';
    const waiting = await migrationsFolder('waits', [], { name, sql: 'ALTER TABLE "ChatMessage" ADD COLUMN x TEXT;' });
    const busy = await database.pool.connect();
    await busy.query('BEGIN; SELECT 1 FROM "ChatMessage"');
    const migrating = applyMigrations(database.url, waiting);
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await database.pool.query('SELECT count(*) FROM "ChatMessage"');
    const waitedMs = performance.now() - started;
    await busy.query('COMMIT');
    busy.release();
    expect(await migrating).toEqual({ applied: [name] });
    expect(waitedMs).toBeLessThan(5_500);
  });
});

describe('the tables', () => {
  const database = useDatabase();

  it('refuse an attachment of a dialog that does not exist', async () => {
    const insert = database.pool.query(
      `INSERT INTO "ChatAttachment" (id, "dialogId", "storagePath", "mimeType", "sizeBytes", "originalName", "createdByUserId")
       VALUES ('x', 'nowhere', 'p', 'image/png', 1, 'n', $1)`,
      [people.anna.id],
    );
    await expect(insert).rejects.toMatchObject({ code: '23503' });
  });

  it('refuse to lose a dialog that still has attachments', async () => {
    await database.prisma.chatDialog.create({ data: { id: 'kept', userId: people.anna.id } });
    await database.prisma.chatAttachment.create({
      data: {
        dialogId: 'kept',
        storagePath: 'support-chat/kept',
        mimeType: 'image/png',
        sizeBytes: 1,
        originalName: 'n.png',
        createdByUserId: people.anna.id,
      },
    });
    await expect(database.pool.query(`DELETE FROM "ChatDialog" WHERE id = 'kept'`)).rejects.toMatchObject({
      // PostgreSQL 18 tells a restriction from another broken reference; 14 to 17 do not.
      code: expect.stringMatching(/^23(001|503)$/),
    });
  });

  it.each([
    ['ChatAttachment', '("dialogId", id)'],
    ['ChatAttachment', '("messageId")'],
    ['ChatAttachment', '(status, "createdAt")'],
  ])('have the index %s %s of the contract', async (table, columns) => {
    const { rows } = await database.pool.query<{ indexdef: string }>(
      'SELECT indexdef FROM pg_indexes WHERE tablename = $1',
      [table],
    );
    expect(rows.some((row) => row.indexdef.endsWith(columns))).toBe(true);
  });
});
