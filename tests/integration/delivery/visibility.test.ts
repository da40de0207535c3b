import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { mayReadConversation } from '#entities/support-chat/_domain/conversation.ts';
import { type RecordId, toRecordId } from '#entities/support-chat/_domain/record-id.ts';
import type { ReadMode } from '#entities/support-chat/_domain/types.ts';
import { DeliverableFinder } from '#features/support-chat/_repositories/find-deliverable.ts';
import { type PersonName, people } from '#tests/support/people.ts';
import { useDatabase } from '#tests/support/test-database.ts';

/**
 * `mayReadDialog` and the SQL of `DeliverableFinder` are one rule in two languages. Here every kind of person meets
 * every kind of dialog and of record, in every read mode; what must come out is worked out by the rule in TypeScript.
 */
const database = useDatabase();

const roles = (['USER', 'STAFF', 'ADMIN'] as const).flatMap((role) =>
  [null, false, true].map((permission) => ({ role, permission })),
);
const dialogs = [
  { name: 'own dialog', owner: 'anna', draft: false },
  { name: 'own draft', owner: 'anna', draft: true },
  { name: "another's dialog", owner: 'boris', draft: false },
  { name: "another's draft", owner: 'boris', draft: true },
] as const;

type Status = 'UPLOADED' | 'LINKED' | 'DELETING';
type Kind = {
  name: string;
  row: { status: Status; by: PersonName } | null;
  message: 'none' | 'kept' | 'deleted';
  legacy: boolean;
  /** In each read mode: nobody, whoever may read the dialog, or of these the uploader alone. */
  table: 'nobody' | 'readers' | 'uploader';
  legacyMode: 'nobody' | 'readers' | 'uploader';
  both: 'nobody' | 'readers' | 'uploader';
};

const linked = { status: 'LINKED', by: 'anna' } as const;
const kinds: Kind[] = [
  {
    name: 'linked',
    row: linked,
    message: 'kept',
    legacy: false,
    table: 'readers',
    legacyMode: 'nobody',
    both: 'readers',
  },
  {
    name: 'linked and in the JSON',
    row: linked,
    message: 'kept',
    legacy: true,
    table: 'readers',
    legacyMode: 'readers',
    both: 'readers',
  },
  {
    name: 'linked, message deleted',
    row: linked,
    message: 'deleted',
    legacy: true,
    table: 'nobody',
    legacyMode: 'nobody',
    both: 'nobody',
  },
  {
    name: 'staged by Anna',
    row: { status: 'UPLOADED', by: 'anna' },
    message: 'none',
    legacy: false,
    table: 'uploader',
    legacyMode: 'uploader',
    both: 'uploader',
  },
  {
    name: 'staged by Boris',
    row: { status: 'UPLOADED', by: 'boris' },
    message: 'none',
    legacy: false,
    table: 'uploader',
    legacyMode: 'uploader',
    both: 'uploader',
  },
  {
    name: 'being deleted',
    row: { status: 'DELETING', by: 'anna' },
    message: 'kept',
    legacy: false,
    table: 'nobody',
    legacyMode: 'nobody',
    both: 'nobody',
  },
  {
    name: 'being deleted, still in the JSON',
    row: { status: 'DELETING', by: 'anna' },
    message: 'kept',
    legacy: true,
    table: 'nobody',
    legacyMode: 'readers',
    both: 'nobody',
  },
  {
    name: 'in the JSON alone',
    row: null,
    message: 'kept',
    legacy: true,
    table: 'nobody',
    legacyMode: 'readers',
    both: 'readers',
  },
  {
    name: 'in the JSON of a deleted message',
    row: null,
    message: 'deleted',
    legacy: true,
    table: 'nobody',
    legacyMode: 'nobody',
    both: 'nobody',
  },
];

type Filed = { dialogId: RecordId; attachmentId: RecordId };
const filed = new Map<string, Filed>();

beforeAll(async () => {
  for (const { name, owner, draft } of dialogs) {
    const userId = people[owner].id;
    const dialog = await database.prisma.chatDialog.create({ data: { userId, draftOwnerId: draft ? userId : null } });
    for (const kind of kinds) {
      const attachmentId = await file(kind, dialog.id, userId);
      filed.set(`${name}, ${kind.name}`, { dialogId: toRecordId(dialog.id), attachmentId: toRecordId(attachmentId) });
    }
  }
});

async function file(kind: Kind, dialogId: string, userId: string): Promise<string> {
  const id = randomUUID();
  const path = `support-chat/${userId}/${id}`;
  const entry = { id, name: 'n.txt', path, type: 'text/plain', sizeBytes: 3 };
  const message =
    kind.message === 'none'
      ? null
      : await database.prisma.chatMessage.create({
          data: {
            dialogId,
            senderType: 'USER',
            senderUserId: userId,
            deletedAt: kind.message === 'deleted' ? new Date() : null,
            ...(kind.legacy && { attachments: [entry] }),
          },
        });
  if (kind.row !== null) {
    const { status, by } = kind.row;
    await database.prisma.chatAttachment.create({
      data: {
        ...{ id, dialogId, status, messageId: message?.id ?? null, storagePath: path, mimeType: 'text/plain' },
        ...{ sizeBytes: 3, originalName: 'n.txt', createdByUserId: people[by].id },
      },
    });
  }
  return id;
}

describe.each(roles)('$role with permission $permission', ({ role, permission }) => {
  const token = randomUUID();
  const actor: Actor = {
    ...{ userId: people.anna.id, name: 'Anna', email: people.anna.email, role },
    canManageSupportChats: permission ?? false,
  };

  beforeAll(async () => {
    const userId = people.anna.id;
    await database.prisma.user.update({ where: { id: userId }, data: { role } });
    await database.prisma.staffPermission.deleteMany({ where: { userId } });
    if (permission !== null) {
      await database.prisma.staffPermission.create({ data: { userId, canManageSupportChats: permission } });
    }
    await database.prisma.session.create({ data: { userId, token, expiresAt: new Date(Date.now() + 60_000) } });
  });

  it.each<ReadMode>(['table', 'table-then-legacy', 'legacy'])(
    'finds in read mode %s what mayReadDialog allows, and nothing else',
    async (readMode) => {
      const finder = new DeliverableFinder(database.pool, readMode);
      let found = 0;
      for (const { name, owner, draft } of dialogs) {
        const userId = people[owner].id;
        const readable = mayReadConversation(actor, { userId, draftOwnerId: draft ? userId : null });
        for (const kind of kinds) {
          const target = filed.get(`${name}, ${kind.name}`);
          if (target === undefined) return expect.unreachable();
          const who = { table: kind.table, 'table-then-legacy': kind.both, legacy: kind.legacyMode }[readMode];
          const expected = readable && (who === 'readers' || (who === 'uploader' && kind.row?.by === 'anna'));
          const lookup = await finder.find({ sessionToken: token, ...target, variant: 'original' });
          expect(lookup.userId).toBe(people.anna.id);
          expect(lookup.file !== null, `${name}, ${kind.name}`).toBe(expected);
          found += expected ? 1 : 0;
        }
      }
      expect(found).toBeGreaterThan(0);
    },
  );

  it('is nobody once the session has expired or is gone', async () => {
    const target = filed.get('own dialog, linked and in the JSON');
    if (target === undefined) return expect.unreachable();
    const expired = randomUUID();
    const expiresAt = new Date(Date.now() - 1000);
    await database.prisma.session.create({ data: { userId: people.anna.id, token: expired, expiresAt } });
    for (const readMode of ['table', 'table-then-legacy', 'legacy'] as const) {
      for (const sessionToken of [expired, randomUUID()]) {
        const finder = new DeliverableFinder(database.pool, readMode);
        const lookup = await finder.find({ sessionToken, ...target, variant: 'original' });
        expect(lookup).toEqual({ userId: null, file: null });
      }
    }
  });
});

describe('an entry of the JSON', () => {
  it.each<[string, Record<string, unknown>]>([
    ['has no path', { path: undefined }],
    ['has an empty path', { path: '' }],
    ['has no size', { sizeBytes: undefined }],
    ['has a size that is none', { sizeBytes: 'many' }],
    ['is no object', {}],
  ])('that %s is served by nobody, and breaks no other of its message', async (name, change) => {
    const token = randomUUID();
    const userId = people.boris.id;
    await database.prisma.session.create({ data: { userId, token, expiresAt: new Date(Date.now() + 60_000) } });
    const dialog = await database.prisma.chatDialog.create({ data: { userId } });
    const entryOf = (id: string) => ({ id, name: 'n.txt', path: `p/${id}`, type: 'text/plain', sizeBytes: 3 });
    const [bad, good] = [randomUUID(), randomUUID()];
    const broken = name === 'is no object' ? 'text' : { ...entryOf(bad), ...change };
    const attachments = JSON.parse(JSON.stringify([broken, entryOf(good)]));
    await database.prisma.chatMessage.create({ data: { dialogId: dialog.id, senderType: 'USER', attachments } });
    for (const readMode of ['table-then-legacy', 'legacy'] as const) {
      const finder = new DeliverableFinder(database.pool, readMode);
      const find = (attachmentId: string) =>
        finder.find({
          sessionToken: token,
          dialogId: toRecordId(dialog.id),
          attachmentId: toRecordId(attachmentId),
          variant: 'original',
        });
      expect((await find(bad)).file).toBeNull();
      expect((await find(good)).file).toMatchObject({ storagePath: `p/${good}`, sizeBytes: 3, fileName: 'n.txt' });
    }
  });
});
