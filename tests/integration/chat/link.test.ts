import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isLinkable } from '#entities/support-chat/_domain/attachment.ts';
import { people } from '#tests/support/people.ts';
import { inline, refusal, useChat } from './chat-harness.ts';

describe('linking refuses the whole message', () => {
  const chat = useChat();
  const send = (name: 'anna' | 'boris' | 'sofia', dialogId: string, ...ids: string[]) =>
    chat()
      .as(name)
      .supportChat.sendMessage({ dialogId, text: 'see', attachments: ids.map((attachmentId) => ({ attachmentId })) });

  it("with another user's staged attachment, and leaves the victim's row as it was", async () => {
    const [annas, boriss] = [await chat().openDialog('anna'), await chat().openDialog('boris')];
    const victim = await chat().stage('anna', annas);
    const own = await chat().stage('boris', boriss);
    expect(await refusal(send('boris', boriss, own.id, victim.id))).toBe('NOT_FOUND');
    // Not even staff who may see the dialog.
    expect(await refusal(send('sofia', annas, victim.id))).toBe('NOT_FOUND');
    expect(await chat().rowOf(victim.id)).toMatchObject(victim);
    expect(await chat().rowOf(own.id)).toMatchObject(own);
    const { items } = await chat().as('boris').supportChat.userGetMessages({ dialogId: boriss });
    expect(items).toHaveLength(1);
  });

  it('with an attachment staged for another dialog, published or draft', async () => {
    const [one, two] = [await chat().openDialog('anna'), await chat().openDialog('anna')];
    const elsewhere = await chat().stage('anna', one);
    const inDraft = await chat().stage('anna');
    expect(await refusal(send('anna', two, elsewhere.id))).toBe('NOT_FOUND');
    expect(await refusal(send('anna', two, inDraft.id))).toBe('NOT_FOUND');
    const begin = chat()
      .as('anna')
      .supportChat.createDialog({ attachments: [{ attachmentId: elsewhere.id }] });
    expect(await refusal(begin)).toBe('NOT_FOUND');
    expect((await chat().rowOf(elsewhere.id))?.status).toBe('UPLOADED');
  });

  it('with an attachment that is linked already: CONFLICT to its owner, NOT_FOUND to anybody else', async () => {
    const dialogId = await chat().openDialog('anna');
    const file = await chat().stage('anna', dialogId);
    const { message } = await send('anna', dialogId, file.id);
    const fresh = await chat().stage('anna', dialogId);
    expect(await refusal(send('anna', dialogId, fresh.id, file.id))).toBe('CONFLICT');
    expect(await refusal(send('sofia', dialogId, file.id))).toBe('NOT_FOUND');
    expect(await chat().rowOf(file.id)).toMatchObject({ status: 'LINKED', messageId: message.id });
    expect(await chat().rowOf(fresh.id)).toMatchObject({ status: 'UPLOADED', messageId: null });
  });

  it('with an attachment that is missing, being deleted, or listed twice', async () => {
    const dialogId = await chat().openDialog('anna');
    const file = await chat().stage('anna', dialogId);
    expect(await refusal(send('anna', dialogId, randomUUID()))).toBe('NOT_FOUND');
    expect(await refusal(send('anna', dialogId, file.id, file.id))).toBe('BAD_REQUEST');
    await chat().database.prisma.chatAttachment.update({ where: { id: file.id }, data: { status: 'DELETING' } });
    expect(await refusal(send('anna', dialogId, file.id))).toBe('NOT_FOUND');
  });

  it('with more files than a message may have', async () => {
    const dialogId = await chat().openDialog('anna');
    const attachments = Array.from({ length: 11 }, (_, index) => inline(`${index}`));
    expect(await refusal(chat().as('anna').supportChat.sendMessage({ dialogId, attachments }))).toBe('BAD_REQUEST');
  });
});

describe('two simultaneous sends of the same attachment', () => {
  const chat = useChat();

  it.each([true, false])('have one winner (table write: %s)', async (tableWrite) => {
    const gate = chat().withSettings(tableWrite ? {} : { tableWrite, readMode: 'legacy' });
    for (let round = 0; round < 10; round++) {
      const dialogId = await chat().openDialog('anna');
      const files = await Promise.all([chat().stage('anna', dialogId), chat().stage('anna', dialogId)]);
      const attachments = files.map(({ id }) => ({ attachmentId: id }));
      const send = (list: typeof attachments) =>
        gate.as('anna').supportChat.sendMessage({ dialogId, attachments: list });
      const outcomes = await Promise.allSettled([send(attachments), send(attachments.toReversed()), send(attachments)]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { items } = await gate.as('anna').supportChat.userGetMessages({ dialogId });
      expect(items.flatMap((message) => message.attachments)).toHaveLength(2);
    }
  });

  it('also when one of them begins a dialog', async () => {
    for (let round = 0; round < 5; round++) {
      const file = await chat().stage('boris');
      const begin = () =>
        chat()
          .as('boris')
          .supportChat.createDialog({ attachments: [{ attachmentId: file.id }] });
      const outcomes = await Promise.allSettled([begin(), begin()]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const owned = await chat().database.prisma.chatMessage.count({ where: { dialogId: file.dialogId } });
      expect(owned).toBe(1);
    }
  });

  it('never wins against cleanup that has claimed the file', async () => {
    const dialogId = await chat().openDialog('anna');
    const file = await chat().stage('anna', dialogId);
    const client = await chat().database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`UPDATE "ChatAttachment" SET status = 'DELETING' WHERE id = $1`, [file.id]);
      const sent = refusal(
        chat()
          .as('anna')
          .supportChat.sendMessage({ dialogId, attachments: [{ attachmentId: file.id }] }),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      await client.query('COMMIT');
      expect(await sent).toBe('NOT_FOUND');
    } finally {
      client.release();
    }
    expect(await chat().rowOf(file.id)).toMatchObject({ status: 'DELETING', messageId: null });
  });
});

describe('isLinkable and the guarded UPDATE', () => {
  const chat = useChat();

  it('agree on every kind of attachment', async () => {
    const request = { dialogId: await chat().openDialog('anna'), createdByUserId: people.anna.id };
    const other = await chat().openDialog('boris');
    const { items } = await chat().as('anna').supportChat.userGetMessages({ dialogId: request.dialogId });
    const messageId = items[0]?.id ?? '';
    for (const status of ['UPLOADED', 'LINKED', 'DELETING'] as const) {
      for (const linkedTo of [null, messageId]) {
        for (const createdByUserId of [people.anna.id, people.boris.id]) {
          for (const dialogId of [request.dialogId, other]) {
            const { id } = await chat().stage('anna', request.dialogId);
            const data = { status, messageId: linkedTo, createdByUserId, dialogId };
            const row = await chat().database.prisma.chatAttachment.update({ where: { id }, data });
            const linking = chat().attachments.linkToMessage(messageId, { ...request, attachmentIds: [id] });
            const isLinked = await linking.then(
              () => true,
              () => false,
            );
            expect(isLinked, JSON.stringify(data)).toBe(isLinkable(row, request));
          }
        }
      }
    }
  });
});

describe('what is staged', () => {
  const chat = useChat();

  it('is counted per user until it is sent', async () => {
    const dialogId = await chat().openDialog('anna');
    const [one, two] = [await chat().stage('anna', dialogId), await chat().stage('anna')];
    const repository = chat().attachments;
    expect(await repository.countStaged(people.anna.id)).toEqual({ count: 2, bytes: one.sizeBytes + two.sizeBytes });
    expect(await repository.countStaged(people.boris.id)).toEqual({ count: 0, bytes: 0 });
    await chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId, attachments: [{ attachmentId: one.id }] });
    expect((await repository.countStaged(people.anna.id)).count).toBe(1);
  });

  it('is listed by age with a cursor, and given back only while it is staged', async () => {
    const dialogId = await chat().openDialog('boris');
    const files = [];
    for (let i = 0; i < 3; i++) files.push(await chat().stage('boris', dialogId));
    const ids = files.map(({ id }) => id);
    const past = new Date('2020-01-01');
    const where = { id: { in: ids } };
    await chat().database.prisma.chatAttachment.updateMany({ where, data: { createdAt: past } });
    const repository = chat().attachments;
    const olderThan = new Date('2020-01-02');
    const first = await repository.listStaleUploaded({ olderThan, after: null, limit: 2 });
    const rest = await repository.listStaleUploaded({ olderThan, after: first.at(-1) ?? null, limit: 2 });
    expect([...first, ...rest].map(({ id }) => id).sort()).toEqual(ids.sort());
    await chat()
      .as('boris')
      .supportChat.sendMessage({ dialogId, attachments: [{ attachmentId: ids[0] ?? '' }] });
    const takenBack = await repository.takeBackStaged(ids);
    expect(takenBack.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort());
    expect((await chat().rowOf(ids[0] ?? ''))?.status).toBe('LINKED');
  });
});
