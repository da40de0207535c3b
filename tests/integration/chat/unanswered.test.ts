import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { people } from '#tests/support/people.ts';
import { insertOldMessage, useChat } from './chat-harness.ts';

interface Row {
  id: string;
  senderType: 'USER' | 'STAFF' | 'SYSTEM';
  createdAt: Date;
  deletedAt: Date | null;
}

/** The rule in other words than the trigger's. */
function unansweredSince(rows: readonly Row[]): Date | null {
  const order = (one: Row, other: Row) => +one.createdAt - +other.createdAt || (one.id < other.id ? -1 : 1);
  const said = rows.filter((row) => row.deletedAt === null && row.senderType !== 'SYSTEM').sort(order);
  const open = said.slice(said.findLastIndex((row) => row.senderType === 'STAFF') + 1);
  return open[0]?.createdAt ?? null;
}

describe('since when a dialog is unanswered', () => {
  const chat = useChat();

  const newConversation = async () => {
    const { id } = await chat().database.prisma.chatDialog.create({ data: { userId: people.anna.id } });
    return id;
  };
  const known = async (id: string) =>
    (await chat().database.prisma.chatDialog.findUniqueOrThrow({ where: { id } })).unansweredSince;
  const expected = async (dialogId: string) =>
    unansweredSince(await chat().database.prisma.chatMessage.findMany({ where: { dialogId } }));

  test('follows whatever any program does to messages', async () => {
    const { pool } = chat().database;
    const steps = fc.array(
      fc.record({
        act: fc.constantFrom('USER', 'STAFF', 'SYSTEM', 'delete', 'restore', 'move', 'erase'),
        minute: fc.nat(3),
        which: fc.nat(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const dialogs = [await newConversation(), await newConversation()];
        const ids: string[] = [];
        for (const { act, minute, which } of list) {
          const [dialogId = '', other] = which % 2 === 0 ? dialogs : [...dialogs].reverse();
          const id = ids[which % Math.max(1, ids.length)];
          if (act === 'USER' || act === 'STAFF' || act === 'SYSTEM') {
            const at = new Date(Date.UTC(2026, 0, 1, 0, minute));
            ids.push(await insertOldMessage(chat(), { dialogId, from: act, at }));
          } else if (act === 'delete')
            await pool.query('UPDATE "ChatMessage" SET "deletedAt" = now() WHERE id = $1', [id]);
          else if (act === 'restore')
            await pool.query('UPDATE "ChatMessage" SET "deletedAt" = NULL WHERE id = $1', [id]);
          else if (act === 'move')
            await pool.query('UPDATE "ChatMessage" SET "dialogId" = $2 WHERE id = $1', [id, other]);
          else await pool.query('DELETE FROM "ChatMessage" WHERE id = $1', [id]);
        }
        for (const dialogId of dialogs) expect(await known(dialogId)).toEqual(await expected(dialogId));
      }),
      { numRuns: 60 },
    );
  });

  test('is right after customers and support wrote to each other at the same instant', async () => {
    const dialogId = await newConversation();
    const insert = `INSERT INTO "ChatMessage" (id, "dialogId", "senderType", text) VALUES ($1, $2, $3::"SenderType", 'x')`;
    for (let round = 0; round < 25; round += 1) {
      await Promise.all(
        ['USER', 'STAFF', 'USER', 'STAFF'].map((from) =>
          chat().database.pool.query(insert, [randomUUID(), dialogId, from]),
        ),
      );
      expect(await known(dialogId)).toEqual(await expected(dialogId));
    }
  });

  test('is found out for the dialogs of before', async () => {
    const { pool } = chat().database;
    const dialogId = await newConversation();
    const at = new Date(Date.UTC(2026, 0, 2));
    await insertOldMessage(chat(), { dialogId, from: 'USER', at });
    await pool.query('UPDATE "ChatDialog" SET "unansweredSince" = NULL');
    await pool.query('SELECT "noteUnanswered"(array_agg(id)) FROM "ChatDialog"');
    expect(await known(dialogId)).toEqual(at);
  });
});
