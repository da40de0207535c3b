import { randomUUID } from 'node:crypto';
import type { Conversation } from '../_domain/conversation.ts';
import type { Database } from './database.ts';

export class ConversationRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  findById(id: string): Promise<Conversation | null> {
    return this.#db.chatDialog.findUnique({ where: { id } });
  }

  /**
   * Reads a dialog and keeps other senders out until the transaction ends, so that messages of one dialog are written
   * one after another: their times rise strictly, and of two sends with one `clientMessageId` the second finds the first.
   * NO KEY, so that uploads into the dialog (whose foreign key locks it too) go on meanwhile.
   */
  async findByIdForSending(id: string): Promise<Conversation | null> {
    const rows = await this.#db.$queryRaw<Conversation[]>`
      SELECT id, "userId", topic, "lastMessageAt", "createdAt", "updatedAt", "draftOwnerId", "closedAt"
      FROM "ChatDialog" WHERE id = ${id} FOR NO KEY UPDATE`;
    return rows[0] ?? null;
  }

  createPublished(dialog: { userId: string; topic: string | null; at: Date }): Promise<Conversation> {
    const { userId, topic, at } = dialog;
    return this.#db.chatDialog.create({ data: { userId, topic, createdAt: at, updatedAt: at } });
  }

  /**
   * The one draft of a customer, made when there is none. One statement, because Prisma's upsert asks first and two
   * calls at once would both insert. While the draft is being published it waits, and makes the next one.
   */
  async findOrCreateDraft(userId: string): Promise<Conversation> {
    const now = new Date();
    const rows = await this.#db.$queryRaw<Conversation[]>`
      INSERT INTO "ChatDialog" (id, "userId", "draftOwnerId", "createdAt", "updatedAt")
      VALUES (${randomUUID()}, ${userId}, ${userId}, ${now}::timestamp, ${now}::timestamp)
      ON CONFLICT ("draftOwnerId") DO UPDATE SET "draftOwnerId" = EXCLUDED."draftOwnerId"
      RETURNING id, "userId", topic, "lastMessageAt", "createdAt", "updatedAt", "draftOwnerId", "closedAt"`;
    const [draft] = rows;
    if (!draft) throw new Error('PostgreSQL returned no draft');
    return draft;
  }

  /** Turns a draft into a dialog that begins now. False when it is no draft of this user (any more). */
  async publishDraft(id: string, owner: { userId: string; topic: string | null; at: Date }): Promise<boolean> {
    const { userId, topic, at } = owner;
    const { count } = await this.#db.chatDialog.updateMany({
      where: { id, draftOwnerId: userId },
      data: { draftOwnerId: null, topic, createdAt: at, updatedAt: at },
    });
    return count === 1;
  }

  /** Notes a new message. A message of the customer opens a closed dialog again. */
  async noteMessage(id: string, message: { at: Date; reopen: boolean }): Promise<void> {
    await this.#db.chatDialog.update({
      where: { id },
      data: { lastMessageAt: message.at, updatedAt: message.at, ...(message.reopen ? { closedAt: null } : {}) },
      select: { id: true },
    });
  }

  setClosedAt(id: string, closedAt: Date | null): Promise<Conversation> {
    return this.#db.chatDialog.update({ where: { id }, data: { closedAt } });
  }

  /** Lets one `createDialog` of a user through at a time, until the transaction ends. */
  async lockCreation(userId: string): Promise<void> {
    await this.#db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`create-dialog:${userId}`}, 0))`;
  }

  /** The dialog that this user began with this `clientMessageId`, and its first message. */
  async findBegunWith(
    userId: string,
    clientMessageId: string,
  ): Promise<{ dialogId: string; createdAt: Date; firstMessageId: string } | null> {
    const rows = await this.#db.$queryRaw<{ dialogId: string; createdAt: Date; firstMessageId: string }[]>`
      SELECT d.id AS "dialogId", d."createdAt", m.id AS "firstMessageId"
      FROM "ChatDialog" d
      JOIN "ChatMessage" m ON m."dialogId" = d.id AND m."clientMessageId" = ${clientMessageId}
      WHERE d."userId" = ${userId} AND NOT EXISTS (
        SELECT 1 FROM "ChatMessage" e WHERE e."dialogId" = d.id AND (e."createdAt", e.id) < (m."createdAt", m.id))
      ORDER BY d."createdAt", d.id LIMIT 1`;
    return rows[0] ?? null;
  }
}
