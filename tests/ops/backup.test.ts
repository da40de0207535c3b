import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatTraffic } from '#tests/integration/ops/chat-traffic.ts';
import { runScript } from '#tests/integration/ops/run-script.ts';
import { type Gateway, gatewayAbsence, openGateway } from '#tests/storage/ceph-gateway.ts';
import { s3Env } from '#tests/storage/driver-servers.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { absentParts } from '../../scripts/prepare/optional-parts.mjs';
import { DebianPostgres, openDatabase } from './debian-postgres.ts';

const run = promisify(execFile);
const hasPrograms = !absentParts().some(({ name }) => name === 'backup');

interface Installation {
  databaseUrl: string;
  dir: string;
  /** The settings of its storage. */
  env: Record<string, string>;
}

const drivers = [
  { driver: 'local', isPresent: hasPrograms },
  { driver: 's3', isPresent: hasPrograms && gatewayAbsence === null },
] as const;

describe.each(drivers)('a backup of an installation on $driver', ({ driver, isPresent }) => {
  describe.runIf(isPresent)('', () => {
    let postgres: DebianPostgres;
    let gateway: Gateway | null = null;
    let folder: string;
    let live: Installation;
    let server: TestServer;
    let traffic: ChatTraffic;
    const places: string[] = [];

    beforeAll(async () => {
      postgres = await DebianPostgres.start();
      if (driver === 's3') gateway = await openGateway();
      folder = await mkdtemp(join(tmpdir(), 'attache-backup-'));
      live = await newInstallation();
      server = await startTestServer({
        database: await openDatabase(live.databaseUrl),
        dataDir: live.dir,
        env: live.env,
      });
      const anna = await server.as('anna');
      const { dialogId } = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
        topic: 'Traffic',
        initialMessage: 'Hello',
      });
      traffic = new ChatTraffic(dialogId, []);
    });
    afterAll(async () => {
      await traffic?.stop();
      await server?.close();
      await server?.database.close();
      await postgres?.stop();
      await gateway?.release();
      for (const place of [folder, ...places]) await rm(place, { recursive: true, force: true });
    });

    async function newInstallation(): Promise<Installation> {
      const databaseUrl = await postgres.createDatabase(`attache_${randomUUID().slice(0, 8)}`);
      const dir = await mkdtemp(join(tmpdir(), 'attache-place-'));
      places.push(dir);
      return { databaseUrl, dir, env: gateway ? s3Env(await gateway.createBucket()) : { STORAGE_DRIVER: 'local' } };
    }

    const script = (name: string, place: Installation, ...args: string[]) =>
      run(`deploy/backup/${name}.sh`, [folder, ...args], {
        env: {
          NODE_ENV: 'production',
          PATH: process.env.PATH,
          DATABASE_URL: place.databaseUrl,
          DATA_DIR: place.dir,
          ...place.env,
        },
      });
    const doctor = async (place: Installation, ...flags: string[]) =>
      (await runScript(place, 'doctor-support-chat-attachments.ts', flags, place.env)).report;

    it('made under traffic brings back every message and file of before, in an empty place', async () => {
      traffic.start([server]);
      await traffic.use([server], 20);
      const before = [...traffic.files];
      await script('backup', live);
      // A second one adds to the first.
      const more = [...traffic.files];
      await script('backup', live);
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      expect(more.length).toBeGreaterThan(before.length);
      expect((await readdir(join(folder, 'database'))).filter((name) => name.endsWith('.dump')).length).toBeGreaterThan(
        0,
      );

      const restored = await newInstallation();
      await script('restore', restored);
      const report = await doctor(restored, '--verify-checksums');
      expect(report).toMatchObject({ rowsWithoutObject: 0, sizeMismatches: 0, checksumMismatches: 0, failed: 0 });
      expect(report.rows).toBeGreaterThanOrEqual(more.length);
      const database = await openDatabase(restored.databaseUrl, { isRestored: true });
      const second = await startTestServer({ database, dataDir: restored.dir, env: restored.env });
      const sofia = await second.as('sofia');
      for (const { url, content } of more) expect(await (await sofia.fetch(url)).text()).toBe(content);
      await second.close();
      await database.close();
    });

    it('is refused where something would be overwritten', async () => {
      await expect(script('restore', live)).rejects.toThrow(/has \d+ tables already/);
      const halfEmpty = { ...(await newInstallation()), env: live.env, dir: live.dir };
      await expect(script('restore', halfEmpty)).rejects.toThrow(/storage holds files already/);
    });

    it('of the database alone, beside a bucket that went on: the doctor puts the files without a row aside', async () => {
      const older = { ...live, databaseUrl: await postgres.createDatabase(`attache_${randomUUID().slice(0, 8)}`) };
      const dumps = (await readdir(join(folder, 'database'))).filter((name) => name.endsWith('.dump')).toSorted();
      const dump = join(folder, 'database', dumps[0] ?? '');
      await run('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${older.databaseUrl}`, dump]);
      const after = await (await server.as('anna')).upload({ bytes: 'after the backup', name: 'late.txt' });
      expect(after.status).toBe('UPLOADED');
      const found = await doctor(older, '--older-than-minutes', '0');
      expect(found).toMatchObject({ rowsWithoutObject: 0 });
      expect(found.objectsWithoutRow).toBeGreaterThan(0);
      const repaired = await doctor(older, '--older-than-minutes', '0', '--repair');
      expect(repaired.repaired).toBe(found.objectsWithoutRow);
      expect(await doctor(older, '--older-than-minutes', '0')).toMatchObject({
        objectsWithoutRow: 0,
        rowsWithoutObject: 0,
      });
    });

    it.runIf(driver === 'local')('goes encrypted into a restic repository, and comes back from it', async () => {
      const repository = await mkdtemp(join(tmpdir(), 'attache-restic-'));
      places.push(repository);
      const env = {
        NODE_ENV: 'production' as const,
        PATH: process.env.PATH,
        HOME: repository,
        RESTIC_REPOSITORY: repository,
        RESTIC_PASSWORD: 'a long pass phrase',
      };
      await run('restic', ['init', '--quiet'], { env });
      await run('restic', ['backup', '--quiet', folder], { env });
      const target = await mkdtemp(join(tmpdir(), 'attache-restic-back-'));
      places.push(target);
      await run('restic', ['restore', 'latest', '--quiet', '--target', target], { env });
      await run('diff', ['--recursive', folder, join(target, folder)]);
    });
  });
});
