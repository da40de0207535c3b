import { describe, expect, test } from 'vitest';
import { OBJECT_NAMES_INDEX } from '#entities/support-chat/_repositories/object-names.ts';
import { insertOldMessage, refusal, useChat } from './chat-harness.ts';

describe('the search for messages', () => {
  const chat = useChat();

  test('finds words and file names, newest first, with the page each stands on', async () => {
    const dialogId = await chat().openDialog('anna', 'My INVOICE is wrong', 'Billing');
    const { id: attachmentId } = await chat().stage('sofia', dialogId, 'invoice-42.txt');
    await chat()
      .as('sofia')
      .supportChat.sendMessage({ dialogId, text: 'here', attachments: [{ attachmentId }] });
    for (let i = 0; i < 5; i++)
      await chat()
        .as('anna')
        .supportChat.sendMessage({ dialogId, text: `later ${i}` });
    const { items } = await chat().as('anna').supportChat.searchMessages({ dialogId, query: 'invoice' });
    expect(items.map(({ message }) => message.text)).toEqual(['here', 'My INVOICE is wrong']);
    expect(items[0]).toMatchObject({ topic: 'Billing', customer: { name: 'Anna' } });
    const cursor = items[0]?.pageCursor ?? '';
    const page = await chat().as('anna').supportChat.userGetMessages({ dialogId, cursor, limit: 2 });
    expect(page.items.map(({ text }) => text)).toEqual(['My INVOICE is wrong', 'here']);
  });

  test('goes over all dialogs for support, over their own for a customer, in pages', async () => {
    for (const name of ['anna', 'boris', 'anna'] as const) await chat().openDialog(name, 'a zebra in my parcel');
    const find = async (name: 'sofia' | 'anna' | 'nikita') => {
      const { supportChat } = chat().as(name);
      const first = await supportChat.searchMessages({ query: 'ZEBRA', limit: 2 });
      const rest = first.nextCursor
        ? await supportChat.searchMessages({ query: 'ZEBRA', cursor: first.nextCursor })
        : null;
      return [...first.items, ...(rest?.items ?? [])].map(({ customer }) => customer.name);
    };
    expect([await find('sofia'), await find('anna'), await find('nikita')]).toEqual([
      ['Anna', 'Boris', 'Anna'],
      ['Anna', 'Anna'],
      [],
    ]);
  });

  test('finds what was typed in pieces by what is typed whole, and the reverse, in texts and names of files', async () => {
    const [composed, decomposed] = ['Йогурт café', 'Йогурт café'].map((text, i) => text.normalize(i ? 'NFD' : 'NFC'));
    const dialogId = await chat().openDialog('anna', decomposed);
    const { supportChat } = chat().as('anna');
    const { id: attachmentId } = await chat().stage('anna', dialogId, `${decomposed}.txt`);
    const { message } = await supportChat.sendMessage({ dialogId, attachments: [{ attachmentId }] });
    expect(message.attachments[0]?.name).toBe(`${composed}.txt`);
    for (const query of [composed, decomposed]) {
      const { items } = await supportChat.searchMessages({ dialogId, query: query ?? '' });
      expect(items.map(({ message: { text } }) => text)).toEqual([null, composed]);
    }
  });

  test('takes the query for words and not for a pattern, and never finds what was taken back or not sent', async () => {
    const dialogId = await chat().openDialog('anna', '100% sure');
    const { supportChat } = chat().as('anna');
    const count = async (query: string) => (await supportChat.searchMessages({ dialogId, query })).items.length;
    expect([await count('100%'), await count('1%s'), await count('_')]).toEqual([1, 0, 0]);
    const { message } = await supportChat.sendMessage({ dialogId, text: 'regrettable' });
    await supportChat.deleteMessage({ messageId: message.id });
    await chat().stage('anna', dialogId, 'unsent-secret.txt');
    expect([await count('regrettable'), await count('unsent')]).toEqual([0, 0]);
  });

  test('looks into the JSON of old messages where their files are shown from it', async () => {
    const dialogId = await chat().openDialog('anna');
    const attachments = [{ id: 'o1', name: 'passport.pdf', path: 'chat/p.pdf', type: 'application/pdf', sizeBytes: 1 }];
    await insertOldMessage(chat(), { dialogId, from: 'USER', attachments });
    const read = async (readMode: 'table' | 'legacy') => {
      const { supportChat } = chat().withSettings({ readMode }).as('sofia');
      return (await supportChat.searchMessages({ dialogId, query: 'passport' })).items.length;
    };
    expect([await read('table'), await read('legacy')]).toEqual([0, 1]);
  });

  test('is closed to strangers, and wants words', async () => {
    const dialogId = await chat().openDialog('anna');
    const { supportChat } = chat().as('boris');
    expect(await refusal(supportChat.searchMessages({ dialogId, query: 'x' }))).toBe('NOT_FOUND');
    expect(await refusal(supportChat.searchMessages({ query: '  ' }))).toBe('BAD_REQUEST');
    expect(await refusal(supportChat.messageCursor({ dialogId, at: new Date().toISOString() }))).toBe('NOT_FOUND');
  });

  test('a moment leads to the page of messages up to it', async () => {
    const dialogId = await chat().openDialog('anna', 'first');
    const { supportChat } = chat().as('anna');
    const { message } = await supportChat.sendMessage({ dialogId, text: 'second' });
    await supportChat.sendMessage({ dialogId, text: 'third' });
    const { cursor } = await supportChat.messageCursor({ dialogId, at: message.createdAt });
    const { items } = await supportChat.userGetMessages({ dialogId, cursor });
    expect(items.map(({ text }) => text)).toEqual(['first', 'second']);
  });
});

describe('a file taken out of the composer', () => {
  const chat = useChat();

  test('is gone at once, its bytes too', async () => {
    const staged = await chat().stage('anna');
    const before = await chat().countObjects();
    await chat().as('anna').supportChat.discardStaged({ attachmentId: staged.id });
    expect([await chat().rowOf(staged.id), await chat().countObjects()]).toEqual([null, before - 1]);
    const again = chat().as('anna').supportChat.discardStaged({ attachmentId: staged.id });
    expect(await refusal(again)).toBe('NOT_FOUND');
  });

  test('keeps its bytes where a message of any conversation names them in its JSON, or where nobody can tell', async () => {
    const [named, unknown] = [await chat().stage('anna'), await chat().stage('anna')];
    const dialogId = await chat().openDialog('boris');
    const { pool } = chat().database;
    await pool.query(`UPDATE "ChatMessage" SET "attachments" = $2 WHERE "dialogId" = $1`, [
      dialogId,
      JSON.stringify([{ id: 'forwarded', path: named.storagePath }]),
    ]);
    const before = await chat().countObjects();
    await chat().as('anna').supportChat.discardStaged({ attachmentId: named.id });
    expect((await chat().rowOf(named.id))?.status).toBe('UPLOADED');

    await pool.query(`DROP INDEX "${OBJECT_NAMES_INDEX.name}"`);
    const discard = () => chat().as('anna').supportChat.discardStaged({ attachmentId: unknown.id });
    await discard();
    expect((await chat().rowOf(unknown.id))?.status).toBe('DELETING');
    expect(await refusal(discard())).toBe('NOT_FOUND');
    expect(await chat().countObjects()).toBe(before);
  });

  test('must be the own one, and not sent yet', async () => {
    const dialogId = await chat().openDialog('anna');
    const staged = await chat().stage('anna', dialogId);
    const attachmentId = staged.id;
    expect(await refusal(chat().as('boris').supportChat.discardStaged({ attachmentId }))).toBe('NOT_FOUND');
    expect(await refusal(chat().as('sofia').supportChat.discardStaged({ attachmentId }))).toBe('NOT_FOUND');
    await chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId, attachments: [{ attachmentId }] });
    expect(await refusal(chat().as('anna').supportChat.discardStaged({ attachmentId }))).toBe('CONFLICT');
    expect(await chat().rowOf(attachmentId)).toMatchObject({ status: 'LINKED' });
  });
});
