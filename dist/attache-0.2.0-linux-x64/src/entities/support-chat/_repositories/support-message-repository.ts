import { Prisma } from '#generated/prisma/client.ts';
import type { LegacyAttachment } from '../_domain/legacy-attachment.ts';
import type { Message, MessagePosition, MessageView, SenderType } from '../_domain/message.ts';
import type { Database } from './database.ts';

export interface NewMessage {
  dialogId: string;
  clientMessageId: string | null;
  senderType: SenderType;
  senderId: string | null;
  text: string | null;
  createdAt: Date;
}

/**
 * A message beside its sender's name and the read mark of the other side: one statement for any number of them.
 * `seen` is joined by its id alone: with its dialog in the condition the planner reads every message of the dialog.
 */
const SELECT_VIEW = Prisma.sql`
  SELECT m.id, m."dialogId", m."clientMessageId", m."senderType", m."senderUserId", m."senderStaffId", m.text,
    m.attachments, m."createdAt", m."editedAt", m."deletedAt", sender.name AS "senderName",
    CASE WHEN (m."createdAt", m.id) <= (coalesce(seen."createdAt", r."readAt"), coalesce(seen.id, m.id))
      THEN r."readAt" END AS "readAt"
  FROM "ChatMessage" m
  LEFT JOIN "User" sender
    ON sender.id = CASE m."senderType" WHEN 'USER' THEN m."senderUserId" WHEN 'STAFF' THEN m."senderStaffId" END
  LEFT JOIN "SupportReadState" r ON r."dialogId" = m."dialogId"
    AND r."readerType" = (CASE m."senderType" WHEN 'USER' THEN 'STAFF' ELSE 'USER' END)::"ReaderType"
  LEFT JOIN "ChatMessage" seen ON seen.id = r."lastReadMessageId"`;

export class MessageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  findById(id: string): Promise<Message | null> {
    return this.#db.chatMessage.findUnique({ where: { id } });
  }

  async findIdByClientMessageId(dialogId: string, clientMessageId: string): Promise<string | null> {
    const row = await this.#db.chatMessage.findUnique({
      where: { dialogId_clientMessageId: { dialogId, clientMessageId } },
      select: { id: true },
    });
    return row?.id ?? null;
  }

  /** Newest first; `before` is the oldest message of the page before. */
  listViews(dialogId: string, page: { before: MessagePosition | null; limit: number }): Promise<MessageView[]> {
    const { before, limit } = page;
    const older = before
      ? Prisma.sql`AND (m."createdAt", m.id) < (${before.createdAt}::timestamp, ${before.id})`
      : Prisma.empty;
    return this.#db.$queryRaw<MessageView[]>`
      ${SELECT_VIEW} WHERE m."dialogId" = ${dialogId} ${older}
      ORDER BY m."createdAt" DESC, m.id DESC LIMIT ${limit}`;
  }

  /** Oldest first; `after` is the newest message of the page before. */
  listNewerViews(dialogId: string, page: { after: MessagePosition; limit: number }): Promise<MessageView[]> {
    return this.#listForward(dialogId, Prisma.sql`>`, page.after, page.limit);
  }

  /** Oldest first, `from` itself before what follows it. */
  listViewsFrom(dialogId: string, page: { from: MessagePosition; limit: number }): Promise<MessageView[]> {
    return this.#listForward(dialogId, Prisma.sql`>=`, page.from, page.limit);
  }

  /** The first message written at this moment or later; the newest one when there is none. */
  async findPositionAt(dialogId: string, at: Date): Promise<MessagePosition | null> {
    const { chatMessage } = this.#db;
    const select = { id: true, createdAt: true };
    const first = await chatMessage.findFirst({
      where: { dialogId, createdAt: { gte: at } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select,
    });
    if (first) return first;
    const orderBy = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
    return chatMessage.findFirst({ where: { dialogId }, orderBy, select });
  }

  #listForward(dialogId: string, sign: Prisma.Sql, from: MessagePosition, limit: number): Promise<MessageView[]> {
    return this.#db.$queryRaw<MessageView[]>`
      ${SELECT_VIEW} WHERE m."dialogId" = ${dialogId}
        AND (m."createdAt", m.id) ${sign} (${from.createdAt}::timestamp, ${from.id})
      ORDER BY m."createdAt", m.id LIMIT ${limit}`;
  }

  /** In no particular order. */
  findViews(ids: readonly string[]): Promise<MessageView[]> {
    return this.#db.$queryRaw<MessageView[]>`${SELECT_VIEW} WHERE m.id = ANY(${[...ids]}::text[])`;
  }

  create(message: NewMessage): Promise<Message> {
    const { senderId, ...columns } = message;
    return this.#db.chatMessage.create({
      data: {
        ...columns,
        senderUserId: message.senderType === 'USER' ? senderId : null,
        senderStaffId: message.senderType === 'STAFF' ? senderId : null,
      },
    });
  }

  async setLegacyAttachments(id: string, attachments: readonly LegacyAttachment[] | null): Promise<void> {
    const json = attachments === null ? Prisma.DbNull : attachments.map((attachment) => ({ ...attachment }));
    await this.#db.chatMessage.update({ where: { id }, data: { attachments: json }, select: { id: true } });
  }

  /** False when the message was deleted meanwhile. */
  async edit(id: string, change: { text: string; at: Date }): Promise<boolean> {
    const { count } = await this.#db.chatMessage.updateMany({
      where: { id, deletedAt: null },
      data: { text: change.text, editedAt: change.at },
    });
    return count === 1;
  }

  /** Takes the words away for good; the row stays, so that the conversation shows that something was there. */
  async delete(id: string, at: Date): Promise<boolean> {
    const { count } = await this.#db.chatMessage.updateMany({
      where: { id, deletedAt: null },
      data: { text: null, deletedAt: at },
    });
    return count === 1;
  }
}
