import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { DATABASE_NOW } from '#shared/lease/lease.ts';

/** The periodic and one-time jobs an operator sees at /admin/support-chat/storage. */
export type JobName = 'cleanup' | 'backfill' | 'backfill-verify' | 'doctor' | 'storage-move' | 'drop-legacy';

/** `interrupted`: the process ended (killed, lost its lease) before it could say how it went. */
export type JobOutcome = 'done' | 'failed' | 'error' | 'interrupted';

export interface JobRunView {
  id: string;
  job: string;
  startedAt: string;
  finishedAt: string | null;
  outcome: JobOutcome | 'running';
  report?: unknown;
  error: string | null;
}

const KEPT_DAYS = 180;

/**
 * Writes down that a job ran and what it reported. Call it while holding the job's lease: every older run that has not
 * finished is then known to be dead and is marked so.
 */
export async function recordJobRun<Report extends object>(
  pool: Pool,
  job: JobName,
  work: () => Promise<{ report: Report; failed: boolean }>,
): Promise<{ report: Report; failed: boolean }> {
  const id = randomUUID();
  await pool.query(
    `UPDATE "JobRun" SET "outcome" = 'interrupted', "finishedAt" = ${DATABASE_NOW} WHERE "job" = $1 AND "finishedAt" IS NULL`,
    [job],
  );
  await pool.query(
    `DELETE FROM "JobRun" WHERE "job" = $1 AND "startedAt" < ${DATABASE_NOW} - make_interval(days => $2)`,
    [job, KEPT_DAYS],
  );
  await pool.query(`INSERT INTO "JobRun" ("id", "job", "startedAt") VALUES ($1, $2, ${DATABASE_NOW})`, [id, job]);
  try {
    const result = await work();
    await finish(pool, id, result.failed ? 'failed' : 'done', result.report, null);
    return result;
  } catch (error) {
    // The job's own error matters more than one of the record.
    await finish(pool, id, 'error', null, errorName(error)).catch(() => undefined);
    throw error;
  }
}

/** Newest first; `limit` runs of each job. */
export async function findLastJobRuns(pool: Pool, limit: number): Promise<JobRunView[]> {
  const { rows } = await pool.query<{
    id: string;
    job: string;
    startedAt: Date;
    finishedAt: Date | null;
    outcome: JobOutcome | null;
    report: unknown;
    error: string | null;
  }>(
    `SELECT run.* FROM (SELECT DISTINCT "job" FROM "JobRun") jobs
       CROSS JOIN LATERAL (
         SELECT "id", "job", "startedAt", "finishedAt", "outcome", "report", "error" FROM "JobRun"
          WHERE "job" = jobs."job" ORDER BY "startedAt" DESC LIMIT $1) run
      ORDER BY run."startedAt" DESC`,
    [limit],
  );
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    outcome: row.outcome ?? 'running',
  }));
}

function finish(pool: Pool, id: string, outcome: JobOutcome, report: object | null, error: string | null) {
  return pool.query(
    `UPDATE "JobRun" SET "finishedAt" = ${DATABASE_NOW}, "outcome" = $2, "report" = $3, "error" = $4 WHERE "id" = $1`,
    [id, outcome, report ? JSON.stringify(report) : null, error],
  );
}

/** Class and message only: the record is shown on a page, and causes carry hosts and keys. */
function errorName(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown error';
}
