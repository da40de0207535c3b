import { people } from '#tests/support/people.ts';
import type { TestServer } from '#tests/support/test-server.ts';

/** How many messages each day of the conversation has. */
export const messagesPerDay = 100;

/** The text of message `n` of the conversation, counted from 1. */
export const numbered = (n: number) => `Message number ${n}`;

/** Noon of the day (UTC), counted from 1: 1 May 2026 and on. */
const noonOf = (day: number) => Date.UTC(2026, 3, 30 + day, 12);

/** The day as the value of a date input. */
export const dayField = (day: number) => new Date(noonOf(day)).toISOString().slice(0, 10);

export interface LongConversation {
  dialogId: string;
  idOf: (n: number) => Promise<string>;
}

/** Creates a conversation of `count` messages, a hundred per day, one per minute from noon. */
export async function fillConversation(
  { database }: TestServer,
  { person, count, from = 'USER' }: { person: 'anna' | 'boris'; count: number; from?: 'USER' | 'STAFF' },
): Promise<LongConversation> {
  const { prisma } = database;
  const { id: userId } = people[person];
  const timeOf = (n: number) => {
    const index = n - 1;
    return new Date(noonOf(1 + Math.floor(index / messagesPerDay)) + (index % messagesPerDay) * 60_000);
  };
  const { id: dialogId } = await prisma.chatDialog.create({
    data: { userId, topic: `${count} messages`, createdAt: timeOf(1), lastMessageAt: timeOf(count) },
  });
  const sender = from === 'USER' ? { senderUserId: userId } : { senderStaffId: people.sofia.id };
  await prisma.chatMessage.createMany({
    data: Array.from({ length: count }, (_, index) => ({
      dialogId,
      senderType: from,
      ...sender,
      text: numbered(index + 1),
      createdAt: timeOf(index + 1),
    })),
  });
  return {
    dialogId,
    idOf: async (n) => (await prisma.chatMessage.findFirstOrThrow({ where: { dialogId, text: numbered(n) } })).id,
  };
}
