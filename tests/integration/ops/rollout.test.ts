import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { applyMigrations, MIGRATIONS_DIR } from '#shared/db/migrate.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { createPeople, people } from '#tests/support/people.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { ChatTraffic } from './chat-traffic.ts';
import { runScript } from './run-script.ts';

const OLD_MESSAGES = 60;
const BACKFILL = 'backfill-support-attachments.ts';
const DROP = 'db-drop-legacy-attachments.ts';

const STEP_1 = gates('false', 'true', 'legacy');
const STEP_2 = gates('true', 'true', 'legacy');
const STEP_4A = gates('true', 'true', 'table-then-legacy');
const STEP_4B = gates('true', 'true', 'table');
const STEP_5 = gates('true', 'false', 'table');

function gates(tableWrite: string, legacyWrite: string, readMode: string): Record<string, string> {
  return {
    SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE: tableWrite,
    SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: legacyWrite,
    SUPPORT_CHAT_ATTACHMENT_READ_MODE: readMode,
    SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '1000000',
  };
}

let database: TestDatabase;
let dataDir: string;
const live = new Set<TestServer>();

beforeAll(async () => {
  database = await startTestDatabase('blank');
  dataDir = await mkdtemp(join(tmpdir(), 'attache-rollout-'));
});
afterAll(async () => {
  await Promise.all([...live].map((server) => server.close()));
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A database as the older program left it: the tables of its time, and attachments as JSON. */
async function makeOldInstallation(): Promise<{ dialogId: string; files: { url: string; content: string }[] }> {
  const folder = join(dataDir, 'old-migrations');
  const [first] = (await readdir(MIGRATIONS_DIR)).filter((name) => /^\d/.test(name)).sort();
  await cp(join(MIGRATIONS_DIR, first ?? ''), join(folder, first ?? ''), { recursive: true });
  await cp(join(MIGRATIONS_DIR, 'migration_lock.toml'), join(folder, 'migration_lock.toml'));
  await applyMigrations(database.url, folder);
  await createPeople(database.prisma);
  const dialogId = randomUUID();
  await database.pool.query('INSERT INTO "ChatDialog" ("id", "userId", "updatedAt") VALUES ($1, $2, now())', [
    dialogId,
    people.anna.id,
  ]);
  const storage = await createFileStorage({ driver: 'local', local: { dir: join(dataDir, 'storage') } });
  const files: { url: string; content: string }[] = [];
  for (let n = 0; n < OLD_MESSAGES; n++) {
    const entry = {
      id: randomUUID(),
      name: `photo ${n}.txt`,
      path: `chat/2021/file ${n}.txt`,
      type: 'text/plain',
      sizeBytes: 0,
    };
    const content = `old file ${n}`;
    entry.sizeBytes = content.length;
    await storage.put(
      entry.path,
      (async function* () {
        yield Buffer.from(content);
      })(),
    );
    await database.pool.query(
      `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderUserId", "attachments", "createdAt")
       VALUES ($1, $2, 'USER', $3, $4, timestamp '2021-01-01' + make_interval(mins => $5))`,
      [randomUUID(), dialogId, people.anna.id, JSON.stringify([entry]), n],
    );
    files.push({ url: `/api/support-chat/attachments/${dialogId}/${entry.id}`, content });
  }
  await storage.close();
  return { dialogId, files };
}

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startTestServer({ database, dataDir, env });
  live.add(server);
  return server;
}

it('an old chat goes through all six steps and back while people keep sending and reading, and not one request fails', async () => {
  const { dialogId, files } = await makeOldInstallation();
  const installation = { databaseUrl: database.url, dir: dataDir };
  const command = async (script: string, args: string[] = [], env: Record<string, string> = {}) => {
    const result = await runScript(installation, script, args, env);
    expect(result.code, `${script} ${args.join(' ')}: ${result.stdout} ${result.stderr}`).toBe(0);
    return result.report;
  };
  const traffic = new ChatTraffic(dialogId, files);
  onTestFinished(() => traffic.stop());
  let current: TestServer;
  /** A rolling deployment: the new settings beside the old ones, then alone. */
  const deploy = async (env: Record<string, string>) => {
    const next = await start(env);
    const previous = current;
    await traffic.use([previous, next]);
    await traffic.use([next]);
    live.delete(previous);
    await previous.close();
    current = next;
    expect(traffic.failures).toEqual([]);
  };

  // Step 1: new tables, gates closed.
  await applyMigrations(database.url);
  current = await start(STEP_1);
  traffic.start([current]);
  await traffic.use([current]);
  expect(await database.prisma.chatAttachment.count({ where: { status: 'LINKED' } })).toBe(0);

  // Step 2: write both.
  await deploy(STEP_2);

  // Step 3: take over what is there.
  const taken = await command(BACKFILL, ['--batch-size', '7']);
  expect(taken.created).toBeGreaterThanOrEqual(OLD_MESSAGES);
  expect(await command(BACKFILL, ['--verify'])).toMatchObject({ missingRows: 0, missingObjects: 0 });

  // Step 4: read from the table, first with the net.
  await deploy(STEP_4A);
  await deploy(STEP_4B);

  // Step 5: write the table only.
  await deploy(STEP_5);
  const writtenBefore = await database.prisma.chatMessage.count({ where: { attachments: { not: { equals: null } } } });
  await traffic.use([current], 10);
  expect(await database.prisma.chatMessage.count({ where: { attachments: { not: { equals: null } } } })).toBe(
    writtenBefore,
  );

  // Step 6: the column goes.
  await expect(command(DROP, ['--quiet-days', '0'], STEP_4B)).rejects.toThrow('LEGACY_WRITE');
  expect(await command(DROP, ['--quiet-days', '0'], STEP_5)).toMatchObject({ dropped: true });
  await traffic.use([current], 20);
  expect(traffic.failures).toEqual([]);

  // And all the way back.
  await command(DROP, ['--restore'], STEP_5);
  await deploy(STEP_4B);
  expect((await command(BACKFILL, ['--to-legacy'])).written).toBeGreaterThan(OLD_MESSAGES);
  await deploy(STEP_2);
  await deploy(STEP_1);
  await traffic.use([current], 20);
  await traffic.stop();

  expect(traffic.failures).toEqual([]);
  expect(traffic.requests).toBeGreaterThan(200);
  // Every file that was ever sent can be read on the JSON alone.
  const sofia = await current.as('sofia');
  for (const { url, content } of traffic.files) {
    const opened = await sofia.fetch(url);
    expect([opened.status, await opened.text()]).toEqual([200, content]);
  }
}, 240_000);
