import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { mayReadConversation } from '#entities/support-chat/_domain/conversation.ts';
import { toRecordId } from '#entities/support-chat/_domain/record-id.ts';
import { DeliverableFinder } from '#features/support-chat/_repositories/find-deliverable.ts';
import { type PersonName, people } from '#tests/support/people.ts';
import { actorOf, inline, useChat } from './chat-harness.ts';

/** What may stand in the database about one user; `null` is no row of StaffPermission. */
const rights = (['USER', 'STAFF', 'ADMIN'] as const).flatMap((role) =>
  [null, false, true].map((permission) => ({ role, permission })),
);
const relations = ['own dialog', 'own draft', "another's dialog", "another's draft"] as const;

describe('who may see a dialog: the rule and its SQL twin agree', () => {
  const chat = useChat();
  const files = new Map<
    string,
    { dialogId: string; attachmentId: string; userId: string; draftOwnerId: string | null }
  >();

  beforeAll(async () => {
    for (const owner of ['anna', 'boris'] as const) {
      const { dialogId, firstMessageId } = await chat()
        .as(owner)
        .supportChat.createDialog({ attachments: [inline('x')] });
      const row = await chat().database.prisma.chatAttachment.findFirstOrThrow({
        where: { messageId: firstMessageId },
      });
      const userId = people[owner].id;
      files.set(`${owner} dialog`, { dialogId, attachmentId: row.id, userId, draftOwnerId: null });
      const staged = await chat().stage(owner);
      // LINKED, so that the rule about dialogs decides and not the one about staged files.
      await chat().database.prisma.chatAttachment.update({ where: { id: staged.id }, data: { status: 'LINKED' } });
      files.set(`${owner} draft`, { dialogId: staged.dialogId, attachmentId: staged.id, userId, draftOwnerId: userId });
    }
  });

  it.each(rights)('for role $role with permission $permission', async ({ role, permission }) => {
    const { prisma, pool } = chat().database;
    const userId = people.anna.id;
    await prisma.user.update({ where: { id: userId }, data: { role } });
    await prisma.staffPermission.deleteMany({ where: { userId } });
    if (permission !== null)
      await prisma.staffPermission.create({ data: { userId, canManageSupportChats: permission } });
    const token = randomUUID();
    await prisma.session.create({ data: { userId, token, expiresAt: new Date(Date.now() + 60_000) } });
    const actor = (await chat().account.sessions.findActors([token])).get(token);
    if (!actor) return expect.unreachable('a session that lives has an actor');

    for (const relation of relations) {
      const owner = relation.startsWith('own') ? 'anna' : 'boris';
      const file = files.get(`${owner} ${relation.endsWith('draft') ? 'draft' : 'dialog'}`);
      if (!file) return expect.unreachable();
      for (const readMode of ['table', 'table-then-legacy'] as const) {
        const found = await new DeliverableFinder(pool, readMode).find({
          sessionToken: token,
          dialogId: toRecordId(file.dialogId),
          attachmentId: toRecordId(file.attachmentId),
          variant: 'original',
        });
        expect(found.userId).toBe(userId);
        expect(found.file !== null, `${relation}, ${readMode}`).toBe(mayReadConversation(actor, file));
      }
    }
  });
});

describe('mayReadDialog', () => {
  const dialog = { userId: people.anna.id, draftOwnerId: null };
  const draft = { userId: people.anna.id, draftOwnerId: people.anna.id };
  const formerStaff: Actor = { ...actorOf('boris'), canManageSupportChats: true };

  it.each<[PersonName, boolean, boolean]>([
    ['anna', true, true],
    ['boris', false, false],
    ['sofia', true, false],
    ['nikita', false, false],
    ['admin', true, false],
  ])('%s: dialog %s, draft %s', (name, conversationExpected, draftExpected) => {
    expect(mayReadConversation(actorOf(name), dialog)).toBe(conversationExpected);
    expect(mayReadConversation(actorOf(name), draft)).toBe(draftExpected);
  });

  it('gives a customer nothing for a permission left over from being staff', () => {
    expect(mayReadConversation(formerStaff, dialog)).toBe(false);
  });
});
