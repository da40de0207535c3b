import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '#tests/integration/ops/run-script.ts';
import { TestClient } from '#tests/support/test-client.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';

/** What 0.1.0 left behind: its tables with their data, its files, a session and the secret that signed it. */
const FIXTURE = new URL('../fixtures/upgrade-0.1.0/', import.meta.url);

interface Page {
  items: { text: string | null; attachments: { id: string; url: string }[] }[];
}

describe('an installation of 0.1.0', () => {
  let database: TestDatabase;
  let dataDir: string;
  let server: TestServer | null = null;
  let old: { annaCookie: string; dialogId: string; authSecret: string; files: { url: string; content: string }[] };
  const installation = () => ({ databaseUrl: database.url, dir: dataDir });

  beforeAll(async () => {
    database = await startTestDatabase('blank');
    dataDir = await mkdtemp(join(tmpdir(), 'attache-upgrade-'));
    old = JSON.parse(await readFile(new URL('installation.json', FIXTURE), 'utf8'));
    await cp(new URL('storage', FIXTURE), join(dataDir, 'storage'), { recursive: true });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(await readFile(new URL('database.sql', FIXTURE), 'utf8'));
    // The fixture is older than the life of a session.
    await client.query(`UPDATE public."Session" SET "expiresAt" = now() + interval '1 day'`);
    await client.end();
  });
  afterAll(async () => {
    await server?.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('takes the migrations of today, and a row that the old program writes after them', async () => {
    const migrated = await runScript(installation(), 'db-migrate.ts');
    expect(migrated.code, migrated.stderr).toBe(0);
    expect(Array.isArray(migrated.report.applied)).toBe(true);
    expect((await runScript(installation(), 'db-migrate.ts')).report.applied).toEqual([]);
    // While the old program goes on, it fills the columns it knows.
    const { rows } = await database.pool.query(
      `INSERT INTO "ChatMessage" (id, "dialogId", "senderType", "senderUserId", text)
       SELECT gen_random_uuid()::text, "dialogId", "senderType", "senderUserId", 'Written by the old program'
       FROM "ChatMessage" WHERE "senderUserId" IS NOT NULL LIMIT 1 RETURNING id`,
    );
    expect(rows).toHaveLength(1);
  });

  it('keeps its sessions, passwords, messages and files', async () => {
    server = await startTestServer({ database, dataDir, env: { AUTH_SECRET: old.authSecret } });
    const anna = new TestClient(server.url, old.annaCookie);
    const { items } = await anna.query<Page>('supportChat.userGetMessages', { dialogId: old.dialogId });
    const texts = items.map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['Please see the file', 'Thank you, we are looking at it', 'And one more']),
    );
    expect(texts).toContain('Written by the old program');
    for (const { url, content } of old.files) expect(await (await anna.fetch(url)).text()).toBe(content);
    const sofia = await TestClient.signIn(server.url, 'sofia@demo.test');
    const inbox = await sofia.query<{ items: { dialogId: string }[] }>('supportChat.staffListDialogs');
    expect(inbox.items.map(({ dialogId }) => dialogId)).toEqual([old.dialogId]);
    const staged = await anna.upload({ bytes: 'new', name: 'new.txt', dialogId: old.dialogId });
    await anna.mutate('supportChat.sendMessage', {
      dialogId: old.dialogId,
      attachments: [{ attachmentId: staged.id }],
    });
  });

  it('is whole for the doctor', async () => {
    const { report } = await runScript(installation(), 'doctor-support-chat-attachments.ts', ['--verify-checksums']);
    expect(report).toMatchObject({
      rowsWithoutObject: 0,
      objectsWithoutRow: 0,
      sizeMismatches: 0,
      checksumMismatches: 0,
    });
  });
});
