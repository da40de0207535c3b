import { randomUUID } from 'node:crypto';
import { Prisma } from '#generated/prisma/client.ts';
import type {
  ClaimedRenditionJob,
  FinalPreviewState,
  NewRendition,
  RenditionFacts,
  RenditionSubject,
} from '../_domain/rendition.ts';
import type { Database } from './database.ts';

/** The database's clock as Prisma stores dates, so that instances need not agree on theirs. */
const NOW = Prisma.sql`(clock_timestamp() AT TIME ZONE 'UTC')`;

/** Rows looked at to find one: enough to get past documents quickly, few enough to lock. */
const BACKLOG_WINDOW = 100;

/** The queue of renditions and what came of it. */
export class RenditionRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Takes the next due job for so many seconds; null when there is none. One statement, and locked rows are passed over,
   * so that any number of workers share the queue. A job whose worker died is due again when its time is over.
   */
  async claim(worker: string, leaseSeconds: number): Promise<ClaimedRenditionJob | null> {
    const rows = await this.#db.$queryRaw<ClaimedRenditionJob[]>`
      WITH next AS MATERIALIZED (
        SELECT j."attachmentId" FROM "RenditionJob" j
        WHERE j."runAfter" <= ${NOW} AND (j."lockedUntil" IS NULL OR j."lockedUntil" <= ${NOW})
        ORDER BY j."runAfter" LIMIT 1 FOR UPDATE SKIP LOCKED),
      claimed AS (
        UPDATE "RenditionJob" j SET "lockedBy" = ${worker}, attempts = j.attempts + 1,
          "lockedUntil" = ${NOW} + make_interval(secs => ${leaseSeconds}::int)
        FROM next WHERE j."attachmentId" = next."attachmentId" RETURNING j."attachmentId", j.attempts)
      SELECT c."attachmentId", c.attempts, a.status::text, a."storagePath", a."storageDriver", a."mimeType",
        a."sizeBytes", a."createdByUserId"
      FROM claimed c JOIN "ChatAttachment" a ON a.id = c."attachmentId"`;
    return rows[0] ?? null;
  }

  /**
   * Takes a file that nobody tried yet, the newest first, as a job of this worker: rows of the backfill and of older
   * programs, which no link queued. Not queued in advance, so a file sent meanwhile never waits behind them. Types
   * without renditions that stand in the way are marked as such; `settled` counts them.
   */
  async claimBacklog(
    worker: string,
    leaseSeconds: number,
    mimeTypes: readonly string[],
  ): Promise<{ job: ClaimedRenditionJob | null; settled: number }> {
    const rows = await this.#db.$queryRaw<(ClaimedRenditionJob | { attachmentId: null })[]>`
      WITH untried AS MATERIALIZED (
        SELECT * FROM "ChatAttachment" a
        WHERE a.status = 'LINKED' AND a."previewState" = 'none' AND a."lostAt" IS NULL
        ORDER BY a."createdAt" DESC, a.id DESC LIMIT ${BACKLOG_WINDOW}::int FOR UPDATE SKIP LOCKED),
      settled AS (
        UPDATE "ChatAttachment" a SET "previewState" = 'unsupported' FROM untried
        WHERE a.id = untried.id AND NOT untried."mimeType" = ANY(${mimeTypes}) RETURNING a.id),
      next AS (SELECT * FROM untried WHERE "mimeType" = ANY(${mimeTypes}) ORDER BY "createdAt" DESC, id DESC LIMIT 1),
      job AS (
        INSERT INTO "RenditionJob" ("attachmentId", attempts, "lockedBy", "lockedUntil")
        SELECT id, 1, ${worker}, ${NOW} + make_interval(secs => ${leaseSeconds}::int) FROM next
        ON CONFLICT DO NOTHING RETURNING "attachmentId", attempts),
      pending AS (
        UPDATE "ChatAttachment" a SET "previewState" = 'pending' FROM next WHERE a.id = next.id RETURNING a.id)
      SELECT j."attachmentId", j.attempts, n.status::text, n."storagePath", n."storageDriver", n."mimeType",
        n."sizeBytes", n."createdByUserId"
      FROM job j JOIN next n ON n.id = j."attachmentId"
      UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM settled`;
    const job = rows.find((row) => row.attachmentId !== null) ?? null;
    return { job, settled: rows.length - (job === null ? 0 : 1) };
  }

  /** Lets the backlog have these types again where this installation had no means for them before. */
  async reopen(mimeTypes: readonly string[]): Promise<number> {
    const { count } = await this.#db.chatAttachment.updateMany({
      where: { previewState: 'unsupported', mimeType: { in: [...mimeTypes] } },
      data: { previewState: 'none' },
    });
    return count;
  }

  /** Jobs that wait or run, without the backlog. */
  countJobs(): Promise<number> {
    return this.#db.renditionJob.count();
  }

  /**
   * Locks the attachment and this worker's job until the transaction ends. Null when the result is not wanted any more:
   * the file is being deleted, or another worker took the job over.
   */
  async lockForResult(attachmentId: string, worker: string): Promise<RenditionSubject | null> {
    const rows = await this.#db.$queryRaw<RenditionSubject[]>`
      SELECT a."dialogId", a."messageId" FROM "ChatAttachment" a
      JOIN "RenditionJob" j ON j."attachmentId" = a.id AND j."lockedBy" = ${worker}
      WHERE a.id = ${attachmentId} AND a.status = 'LINKED' FOR UPDATE`;
    return rows[0] ?? null;
  }

  /** Puts these in the place of what there was; returns the objects that nothing names any more. */
  async replace(
    attachmentId: string,
    renditions: readonly NewRendition[],
  ): Promise<{ storagePath: string; storageDriver: string | null }[]> {
    const replaced = await this.#db.$queryRaw<{ storagePath: string; storageDriver: string | null }[]>`
      DELETE FROM "ChatAttachmentRendition" WHERE "attachmentId" = ${attachmentId}
      RETURNING "storagePath", "storageDriver"`;
    const lastModified = new Date();
    await this.#db.chatAttachmentRendition.createMany({
      data: renditions.map((rendition) => ({ ...rendition, id: randomUUID(), attachmentId, lastModified })),
    });
    return replaced;
  }

  /** Ends the job, with what was found out about the file. */
  async finish(attachmentId: string, state: FinalPreviewState, facts: RenditionFacts | null = null): Promise<void> {
    const { waveform = null, ...columns } = facts ?? {};
    const known = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));
    await this.#db.chatAttachment.update({
      where: { id: attachmentId },
      data: { ...known, ...(waveform !== null && { waveform }), previewState: state },
      select: { id: true },
    });
    await this.#db.renditionJob.delete({ where: { attachmentId } });
  }

  /** Gives the job back. `countsAsAttempt` false: it was not its fault. */
  async postpone(
    attachmentId: string,
    worker: string,
    { afterSeconds, countsAsAttempt, reason }: { afterSeconds: number; countsAsAttempt: boolean; reason: string },
  ): Promise<void> {
    await this.#db.$executeRaw`
      UPDATE "RenditionJob" SET "lockedBy" = NULL, "lockedUntil" = NULL, "lastError" = ${reason},
        attempts = attempts - ${countsAsAttempt ? 0 : 1}, "runAfter" = ${NOW} + make_interval(secs => ${afterSeconds}::int)
      WHERE "attachmentId" = ${attachmentId} AND "lockedBy" = ${worker}`;
  }

  /** Drops a job that nothing is to come of. */
  async drop(attachmentId: string, worker: string): Promise<void> {
    await this.#db.renditionJob.deleteMany({ where: { attachmentId, lockedBy: worker } });
  }
}
