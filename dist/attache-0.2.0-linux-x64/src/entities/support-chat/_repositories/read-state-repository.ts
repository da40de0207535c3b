import { randomUUID } from 'node:crypto';
import { Prisma } from '#generated/prisma/client.ts';
import type { Side } from '../_domain/conversation.ts';
import type { MessagePosition } from '../_domain/message.ts';
import type { Database } from './database.ts';
import { firstUnreadOf, unreadOf } from './unread-sql.ts';

export interface ReadMark {
  dialogId: string;
  side: Side;
  userId: string;
  messageId: string;
  at: Date;
}

/** How far each side has read: one state per dialog and side, staff share theirs. */
export class ReadStateRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Moves the mark forward, never back. True when it moved.
   * The message must be of the dialog: the caller has looked.
   */
  async advance(mark: ReadMark): Promise<boolean> {
    const moved = await this.#db.$executeRaw`
      INSERT INTO "SupportReadState" AS r
        (id, "dialogId", "readerType", "readerUserId", "lastReadMessageId", "readAt", "updatedAt")
      VALUES (${randomUUID()}, ${mark.dialogId}, ${mark.side}::"ReaderType", ${mark.userId}, ${mark.messageId},
        ${mark.at}::timestamp, ${mark.at}::timestamp)
      ON CONFLICT ("dialogId", "readerType") DO UPDATE SET "readerUserId" = EXCLUDED."readerUserId",
        "lastReadMessageId" = EXCLUDED."lastReadMessageId", "readAt" = EXCLUDED."readAt",
        "updatedAt" = EXCLUDED."updatedAt"
      WHERE NOT EXISTS (
        SELECT 1 FROM "ChatMessage" seen, "ChatMessage" next
        WHERE seen.id = r."lastReadMessageId" AND seen."dialogId" = r."dialogId"
          AND next.id = EXCLUDED."lastReadMessageId"
          AND (seen."createdAt", seen.id) >= (next."createdAt", next.id))`;
    return moved === 1;
  }

  async findReadAt(dialogId: string, side: Side): Promise<Date | null> {
    const state = await this.#db.supportReadState.findUnique({
      where: { dialogId_readerType: { dialogId, readerType: side } },
      select: { readAt: true },
    });
    return state?.readAt ?? null;
  }

  /** Where a side's unread messages begin, or null when it has read them all. */
  async findFirstUnread(dialogId: string, side: Side): Promise<MessagePosition | null> {
    const rows = await this.#db.$queryRaw<MessagePosition[]>`${firstUnreadOf(side, Prisma.sql`${dialogId}`)}`;
    return rows[0] ?? null;
  }

  /** Messages of the other side after the mark, for both sides. */
  async countUnread(dialogId: string): Promise<{ user: number; staff: number }> {
    const rows = await this.#db.$queryRaw<{ user: number; staff: number }[]>`
      SELECT ${unreadOf('USER', Prisma.sql`${dialogId}`)} AS "user", ${unreadOf('STAFF', Prisma.sql`${dialogId}`)} AS staff`;
    return rows[0] ?? { user: 0, staff: 0 };
  }
}
