import type { ConversationOwnership } from '../_domain/conversation.ts';
import type { NewSupportEvent, SupportEvent, SupportSignal } from '../_domain/support-event.ts';
import type { Database } from './database.ts';

/** NOTIFY on this channel says that events were committed; its payload is an id and is not needed. */
export const EVENT_CHANNEL = 'support_chat_event';
/** NOTIFY on this channel carries a SupportSignal. */
export const SIGNAL_CHANNEL = 'support_chat_signal';

/** Any number: it only must differ from the other advisory locks of this database. */
const EVENT_ORDER_LOCK = 7_264_001;

type EventRow = Omit<SupportEvent, 'dialog'> & ConversationOwnership;

export class SupportEventRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Writes events and announces them at the commit. Must be the last statement of its transaction: the lock makes ids
   * rise in the order of commits, so that "everything after id N" never misses an event that was slow to commit, and
   * it should be held no longer than a commit takes (which NOTIFY serialises in PostgreSQL anyway).
   */
  async append(events: readonly NewSupportEvent[]): Promise<void> {
    await this.#db.$executeRaw`
      WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(${EVENT_ORDER_LOCK})),
      added AS (
        INSERT INTO "SupportEvent" (type, "dialogId", "messageId", "readerType", "createdAt")
        SELECT e.type, e."dialogId", e."messageId", e."readerType"::"ReaderType", e.at
        FROM turn, unnest(
          ${events.map((event) => event.type)}::text[], ${events.map((event) => event.dialogId)}::text[],
          ${events.map((event) => event.messageId)}::text[], ${events.map((event) => event.readerType)}::text[],
          ${events.map((event) => event.at.toISOString())}::timestamp[]
        ) WITH ORDINALITY AS e(type, "dialogId", "messageId", "readerType", at, nr)
        ORDER BY e.nr
        RETURNING id)
      SELECT pg_notify(${EVENT_CHANNEL}, max(id)::text) FROM added`;
  }

  /** Tells every process at once, or at the commit of the running transaction. */
  async signal(signal: SupportSignal): Promise<void> {
    await this.#db.$executeRaw`SELECT pg_notify(${SIGNAL_CHANNEL}, ${JSON.stringify(signal)})`;
  }

  /**
   * Events after an id in their order, up to and including `upTo`. `ofUserId` narrows to the dialogs of one customer;
   * it is no permission: the caller asks `mayReadDialog`.
   */
  async listAfter(
    id: bigint,
    page: { limit: number; upTo?: bigint; ofUserId?: string | null },
  ): Promise<SupportEvent[]> {
    const { limit, upTo = null, ofUserId = null } = page;
    const rows = await this.#db.$queryRaw<EventRow[]>`
      SELECT e.id, e.type, e."dialogId", e."messageId", e."readerType", e."createdAt" AS at, d."userId", d."draftOwnerId"
      FROM "SupportEvent" e JOIN "ChatDialog" d ON d.id = e."dialogId"
      WHERE e.id > ${id} AND (${upTo}::bigint IS NULL OR e.id <= ${upTo}::bigint)
        AND (${ofUserId}::text IS NULL OR d."userId" = ${ofUserId}::text)
      ORDER BY e.id LIMIT ${limit}`;
    return rows.map(({ userId, draftOwnerId, ...event }) => ({ ...event, dialog: { userId, draftOwnerId } }));
  }

  /** The ids kept; null when there are none. */
  async findRange(): Promise<{ oldest: bigint; newest: bigint } | null> {
    const { _min, _max } = await this.#db.supportEvent.aggregate({ _min: { id: true }, _max: { id: true } });
    return _min.id === null || _max.id === null ? null : { oldest: _min.id, newest: _max.id };
  }

  async deleteOlderThan(moment: Date): Promise<number> {
    const { count } = await this.#db.supportEvent.deleteMany({ where: { createdAt: { lt: moment } } });
    return count;
  }
}
