import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3StorageSettings } from '#shared/lib/file-storage/storage-settings.ts';
import { freePort } from '#shared/net/ports.ts';

const run = promisify(execFile);
const SCRIPT = new URL('../../tools/start-radosgw.sh', import.meta.url).pathname;

/** Null when Ceph's gateway is installed, else why tests that need it are skipped. */
export const gatewayAbsence: string | null = ['radosgw', 'ceph-mon', 'ceph-osd'].every(isOnPath)
  ? null
  : 'Ceph gateway not installed: tools/start-radosgw.sh installs it';

export interface Gateway {
  /** Settings of a fresh private bucket, the tests' own or of the user with that key. */
  createBucket(key?: { accessKeyId: string; secretAccessKey: string }): Promise<S3StorageSettings>;
  settings: Omit<S3StorageSettings, 'bucket'>;
  /** Keys of another user, without any permission until a policy grants one. */
  createUser(id: string, quota?: { maxBytes: number }): Promise<{ accessKeyId: string; secretAccessKey: string }>;
  /** Stops the process (SIGSTOP): sockets stay open, nothing responds. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops everything and removes its files. */
  release(): Promise<void>;
}

/** A real S3 server on free ports, in memory. A day of its lifecycle rules may be made shorter. */
export async function openGateway(options: { secondsPerDay?: number } = {}): Promise<Gateway> {
  const dir = await mkdtemp(join(tmpdir(), 'attache-radosgw-'));
  const env = {
    ...process.env,
    PORT: String(await freePort()),
    MON_PORT: String(await freePort()),
    OSD_STORE: 'memstore',
    ...(options.secondsPerDay && { LC_DEBUG_INTERVAL: String(options.secondsPerDay) }),
  };
  const script = (command: string) => run(SCRIPT, [command, dir], { env });
  const { stdout } = await script('start').catch(async () => {
    // Its daemons wait for each other for fixed times, too short on a busy machine: try once more from scratch.
    await script('wipe');
    return script('start').catch(async (error: unknown) => {
      await script('wipe');
      throw error;
    });
  });
  const read = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  const settings = {
    endpoint: read('S3_ENDPOINT'),
    region: read('AWS_REGION'),
    accessKeyId: read('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
    forcePathStyle: true,
  };
  const pid = async () => Number(await readFile(join(dir, 'run/rgw.pid'), 'utf8'));
  return {
    settings,
    createBucket: (key) => createBucket({ ...settings, ...key }),
    createUser: async (id, quota) => {
      const key = { accessKeyId: `KEY-OF-${id}`, secretAccessKey: `secret-of-${id}` };
      const names = [`--uid=${id}`, `--display-name=${id}`];
      const keys = [`--access-key=${key.accessKeyId}`, `--secret-key=${key.secretAccessKey}`];
      const conf = ['-c', join(dir, 'ceph.conf'), '-n', 'client.rgw'];
      await run('radosgw-admin', [...conf, 'user', 'create', ...names, ...keys]);
      if (quota) {
        const scope = ['--quota-scope=user', `--uid=${id}`];
        await run('radosgw-admin', [...conf, 'quota', 'set', ...scope, `--max-size=${quota.maxBytes}B`]);
        await run('radosgw-admin', [...conf, 'quota', 'enable', ...scope]);
      }
      return key;
    },
    freeze: async () => {
      const id = await pid();
      process.kill(id, 'SIGSTOP');
      // The signal stops its threads one by one, and a busy one may still respond.
      while (!(await isStopped(id))) await sleep(5);
    },
    thaw: async () => void process.kill(await pid(), 'SIGCONT'),
    // Only the gateway: the in-memory store loses everything when it stops.
    stop: async () => {
      process.kill(await pid(), 'SIGKILL');
      await rm(join(dir, 'run/rgw.pid'));
    },
    start: async () => void (await script('start')),
    release: async () => {
      await pid()
        .then((id) => process.kill(id, 'SIGCONT'))
        .catch(() => {});
      await script('wipe');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function isStopped(pid: number): Promise<boolean> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/stat`, 'utf8')));
  return states.every((stat) => stat.slice(stat.lastIndexOf(')') + 2).startsWith('T'));
}

let buckets = 0;

async function createBucket(settings: Gateway['settings']): Promise<S3StorageSettings> {
  const bucket = `attache-${process.pid}-${Date.now()}-${buckets++}`;
  const client = createAdminClient(settings);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { ...settings, bucket };
}

/** A client for what the product never does: creating buckets, changing policies. */
export function createAdminClient(settings: Gateway['settings']): S3Client {
  return new S3Client({
    endpoint: settings.endpoint ?? '',
    region: settings.region,
    forcePathStyle: true,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
