import { createHash } from 'node:crypto';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Pool } from 'pg';
import type { S3StorageSettings } from '#shared/lib/file-storage/storage-settings.ts';

const USERS = 1_000;
const CONTENT = Buffer.from('hello');
/** ext4 allows 65,000 hard links to one file. */
const LINKS_PER_FILE = 50_000;

type Kind = 'legacy' | 'stale' | 'remote';

/** The path the SQL statements below give to file n: `legacy` files belong to message 2n/3, the others to user n. */
function pathOf(kind: Kind, n: number): string {
  const owner = kind === 'legacy' ? Math.floor((n * 2) / 3) : n;
  return `support-chat/bench-${owner % USERS}/${createHash('md5').update(`${kind}${n}`).digest('hex')}`;
}

/** A thousand customers with one conversation each. */
export async function addPeople(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO "User" ("id", "name", "email") SELECT 'bench-' || n, 'Bench', 'bench-' || n || '@example.test'
       FROM generate_series(0, $1 - 1) n`,
    [USERS],
  );
  await pool.query(
    `INSERT INTO "ChatDialog" ("id", "userId", "updatedAt") SELECT 'bench-' || n, 'bench-' || n, now()
       FROM generate_series(0, $1 - 1) n`,
    [USERS],
  );
}

/** Messages of three years with attachments in the legacy JSON only: alternately two and one. @returns their number */
export async function addLegacyMessages(pool: Pool, messages: number): Promise<number> {
  const entry = (n: string) => `jsonb_build_object('id', 'legacy-' || ${n}, 'name', 'picture.png', 'type', 'image/png',
    'sizeBytes', ${CONTENT.length}, 'path', 'support-chat/bench-' || m % ${USERS} || '/' || md5('legacy' || ${n}))`;
  await pool.query(
    `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderUserId", "text", "createdAt", "attachments")
     SELECT gen_random_uuid(), 'bench-' || m % ${USERS}, 'USER', 'bench-' || m % ${USERS}, 'Here it is',
            now() - interval '3 days' - m * interval '90 seconds',
            CASE WHEN m % 2 = 0 THEN jsonb_build_array(${entry('m / 2 * 3')}, ${entry('m / 2 * 3 + 1')})
                 ELSE jsonb_build_array(${entry('m / 2 * 3 + 2')}) END
       FROM generate_series(0, $1 - 1) m`,
    [messages],
  );
  await pool.query('VACUUM ANALYZE "ChatMessage"');
  return (messages / 2) * 3;
}

/** Files staged three days ago and never sent. */
export async function addStaleRows(pool: Pool, kind: Kind, rows: number): Promise<void> {
  await pool.query(
    `INSERT INTO "ChatAttachment" ("id", "dialogId", "storagePath", "mimeType", "sizeBytes", "originalName",
       "createdByUserId", "createdAt", "updatedAt")
     SELECT gen_random_uuid(), 'bench-' || n % ${USERS}, 'support-chat/bench-' || n % ${USERS} || '/' || md5($1 || n),
            'image/png', ${CONTENT.length}, 'picture.png', 'bench-' || n % ${USERS}, now() - interval '3 days', now()
       FROM generate_series(0, $2 - 1) n`,
    [kind, rows],
  );
  await pool.query('VACUUM ANALYZE "ChatAttachment"');
}

/** Files of the local storage, as hard links to a few real ones: jobs look at name and size only. */
export async function addFiles(storageDir: string, kind: Kind, count: number): Promise<void> {
  const origins = join(storageDir, '..', `origins-${kind}`);
  await mkdir(origins, { recursive: true });
  const originOf = (n: number) => join(origins, String(Math.floor(n / LINKS_PER_FILE)));
  for (let n = 0; n < count; n += LINKS_PER_FILE) await writeFile(originOf(n), CONTENT);
  for (let n = 0; n < USERS; n += 1) await mkdir(join(storageDir, `support-chat/bench-${n}`), { recursive: true });
  await forEachNumber(count, 64, (n) => link(originOf(n), join(storageDir, pathOf(kind, n))));
}

/** Objects of a bucket. */
export async function addObjects(settings: S3StorageSettings, kind: Kind, count: number): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle, bucket: Bucket } = settings;
  const client = new S3Client({
    ...(endpoint && { endpoint }),
    region,
    forcePathStyle,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await forEachNumber(count, 48, async (n) => {
    await client.send(new PutObjectCommand({ Bucket, Key: pathOf(kind, n), Body: CONTENT }));
  });
  client.destroy();
}

async function forEachNumber(count: number, limit: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
