import type { Pool } from 'pg';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { DATABASE_NOW } from '#shared/lease/lease.ts';

/** How often an open composer should renew; far below the smallest age at which cleanup takes a file. */
export const RENEW_EVERY_MINUTES = 10;

/** Keeps the caller's staged files alive while a composer that shows them is open. */
export class RenewStaged {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Returns the ids still staged; of the others (sent, cleaned away, somebody else's) the composer has to take leave. */
  async execute(
    actor: Pick<Actor, 'userId'>,
    { attachmentIds }: { attachmentIds: readonly string[] },
  ): Promise<{ attachmentIds: string[] }> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `UPDATE "ChatAttachment" SET "renewedAt" = ${DATABASE_NOW}
        WHERE "id" = ANY($1) AND "createdByUserId" = $2 AND "status" = 'UPLOADED' RETURNING "id"`,
      [attachmentIds, actor.userId],
    );
    return { attachmentIds: rows.map((row) => row.id) };
  }
}
