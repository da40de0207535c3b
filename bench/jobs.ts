import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { s3Env } from '../tests/storage/driver-servers.ts';
import { type ChatFigures, ChatLoad } from './chat-load.ts';
import { sharedGateway } from './gateway.ts';
import { addFiles, addLegacyMessages, addObjects, addPeople, addStaleRows } from './job-data.ts';
import { type Figure, round, type Section } from './report.ts';
import { type JobFigures, runJob } from './run-job.ts';
import { startTestBed } from './test-bed.ts';

interface JobCounts {
  messages: number;
  staleRows: number;
  /** For the cleanup on S3, where preparing the objects takes longest. */
  staleRemoteRows: number;
  quietSeconds: number;
}

interface Measured {
  name: string;
  amount: string;
  /** Units of the rate. */
  done: number;
  unit: string;
  figures: JobFigures;
}

const MB = 1_000_000;
const SHORT: JobCounts = { messages: 10_000, staleRows: 5_000, staleRemoteRows: 1_000, quietSeconds: 3 };
const FULL: JobCounts = { messages: 1_000_000, staleRows: 100_000, staleRemoteRows: 100_000, quietSeconds: 30 };
/** A million in ten minutes. */
const BACKFILL_PER_SECOND = 1_000_000 / 600;

/** The operator's jobs as cron starts them, sequentially on one installation. */
export async function jobsSection(
  full: boolean,
  log: (line: string) => void,
  sections: Section[],
  figures: Figure[],
): Promise<void> {
  const counts = full ? FULL : SHORT;
  const bed = await startTestBed();
  const pool = createPgPool(bed.databaseUrl, { maxConnections: 2, statementTimeoutMs: 0 });
  try {
    log(`jobs: preparing ${counts.messages} messages and ${counts.staleRows} stale files`);
    await addPeople(pool);
    const entries = await addLegacyMessages(pool, counts.messages);
    await addFiles(bed.storageDir, 'legacy', entries);
    const env = {
      DATABASE_URL: bed.databaseUrl,
      DATA_DIR: dirname(bed.storageDir),
      STORAGE_LOCAL_DIR: bed.storageDir,
    };

    // Otherwise the first measurement pays for writing out the prepared data.
    await pool.query('CHECKPOINT');
    const chat = await ChatLoad.open(bed);
    const quiet = await chat.during(() => sleep(counts.quietSeconds * 1000));
    log('jobs: backfill, next to a chat');
    const backfill = await measureBackfill(chat, counts, entries, env);
    log('jobs: doctor');
    const doctor = await measureDoctor(entries, env);
    log('jobs: cleanup');
    await addFiles(bed.storageDir, 'stale', counts.staleRows);
    await addStaleRows(pool, 'stale', counts.staleRows);
    const cleanups = [await measureCleanup('cleanup, local disk', counts.staleRows, env)];
    const settings = await (await sharedGateway())?.createBucket();
    if (settings) {
      await addObjects(settings, 'remote', counts.staleRemoteRows);
      await addStaleRows(pool, 'remote', counts.staleRemoteRows);
      const remote = { ...env, ...s3Env(settings) };
      cleanups.push(await measureCleanup("cleanup, S3 (Ceph's gateway)", counts.staleRemoteRows, remote));
    } else log("jobs: skipped the cleanup on S3, Ceph's gateway is not installed");

    figures.push(...claims(backfill.job));
    sections.push(section([backfill.job, doctor, ...cleanups], quiet, backfill.chat));
  } finally {
    await pool.end();
    await bed.close();
  }
}

async function measureBackfill(
  chat: ChatLoad,
  counts: JobCounts,
  entries: number,
  env: Record<string, string>,
): Promise<{ job: Measured; chat: ChatFigures }> {
  let figures: JobFigures | null = null;
  const chatFigures = await chat.during(async () => {
    figures = await runJob('script:backfill-support-attachments', [], env);
  });
  const job = expectReport(figures, { messages: counts.messages, created: entries, missingObjects: 0 });
  const amount = `${thousands(counts.messages)} messages, ${thousands(entries)} entries`;
  return {
    job: { name: 'backfill', amount, done: counts.messages, unit: 'messages', figures: job },
    chat: chatFigures,
  };
}

async function measureDoctor(entries: number, env: Record<string, string>): Promise<Measured> {
  const figures = expectReport(await runJob('doctor:support-chat-attachments', [], env), {
    rows: entries,
    rowsWithoutObject: 0,
    objectsWithoutRow: 0,
    sizeMismatches: 0,
  });
  return { name: 'doctor', amount: `${thousands(entries)} rows and objects`, done: entries, unit: 'rows', figures };
}

async function measureCleanup(name: string, rows: number, env: Record<string, string>): Promise<Measured> {
  const figures = expectReport(await runJob('cron:cleanup-support-chat-attachments', [], env), {
    deleted: rows,
    failed: 0,
  });
  return { name, amount: `${thousands(rows)} stale rows and objects`, done: rows, unit: 'rows', figures };
}

/** @throws when the job did not do its work: its duration would be meaningless */
function expectReport(figures: JobFigures | null, expected: Record<string, number>): JobFigures {
  if (!figures) throw new Error('the job did not run');
  for (const [name, value] of Object.entries(expected)) {
    if (figures.report[name] !== value) {
      throw new Error(`${name} should be ${value} in the job's report: ${JSON.stringify(figures.report)}`);
    }
  }
  return figures;
}

function claims({ done, figures }: Measured): Figure[] {
  const rate = done / figures.seconds;
  return [
    {
      name: `backfill of ${thousands(done)} messages next to a chat`,
      value: `${round(figures.seconds)} s, ${thousands(Math.round(rate))} messages/s`,
      target: `at least ${thousands(Math.ceil(BACKFILL_PER_SECOND))}/s (a million in 10 minutes)`,
      reached: rate >= BACKFILL_PER_SECOND,
    },
    {
      name: `memory of the backfill of ${thousands(done)} messages`,
      value: `${round(figures.peakBytes / MB)} MB`,
      target: 'under 300 MB',
      reached: figures.peakBytes < 300 * MB,
    },
  ];
}

function section(jobs: readonly Measured[], quiet: ChatFigures, during: ChatFigures): Section {
  const chat = (name: string, { requests, p50Ms, p99Ms }: ChatFigures) => [
    name,
    `${requests} requests`,
    '',
    `p50 ${round(p50Ms)} ms, p99 ${round(p99Ms)} ms`,
    '',
  ];
  return {
    title: 'Jobs',
    method:
      'Each job is the command of package.json in its own process, start included, on one installation with the embedded PostgreSQL and default settings; memory is the peak resident size. Files are hard links to one small file, objects have five bytes. The backfill checks every object and runs while a customer alternately sends and lists messages, 20 requests per second. The doctor checks what the backfill created.',
    table: [
      ['job', 'amount', 'seconds', 'rate', 'memory'],
      ...jobs.map(({ name, amount, done, unit, figures }) => [
        name,
        amount,
        round(figures.seconds, 1),
        `${thousands(Math.round(done / figures.seconds))} ${unit}/s`,
        `${round(figures.peakBytes / MB)} MB`,
      ]),
      chat('chat alone', quiet),
      chat('chat during the backfill', during),
    ],
  };
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
