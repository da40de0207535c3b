import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { people } from '#tests/support/people.ts';
import { type ChatHarness, inline, insertOldMessage, refusal, useChat } from './chat-harness.ts';

type Inbox = Awaited<ReturnType<ReturnType<ChatHarness['as']>['supportChat']['staffListDialogs']>>;

describe('pages of messages', () => {
  const chat = useChat();

  it('begin with the newest, ascend inside, and hold every message once though new ones arrive', async () => {
    const dialogId = await chat().openDialog('anna', '0');
    for (let i = 1; i <= 10; i++)
      await chat()
        .as('anna')
        .supportChat.sendMessage({ dialogId, text: `${i}` });
    const pages: (string | null)[][] = [];
    let cursor: string | undefined;
    do {
      const page = await chat().as('sofia').supportChat.userGetMessages({ dialogId, cursor, limit: 4 });
      pages.push(page.items.map(({ text }) => text));
      cursor = page.nextCursor;
      await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'late' });
    } while (cursor);
    expect(pages).toEqual([
      ['7', '8', '9', '10'],
      ['3', '4', '5', '6'],
      ['0', '1', '2'],
    ]);
  });

  it('hold messages of the same instant once each', async () => {
    const dialogId = await chat().openDialog('anna');
    const at = new Date('2030-01-01');
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await insertOldMessage(chat(), { dialogId, from: 'USER', at }));
    const seen = [];
    let cursor: string | undefined;
    do {
      const page = await chat().as('anna').supportChat.userGetMessages({ dialogId, cursor, limit: 2 });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
    expect(seen).toEqual(expect.arrayContaining(ids));
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['empty', ''],
    ['not a list', Buffer.from('{}').toString('base64url')],
    ['of another list', Buffer.from('["people",1,"x"]').toString('base64url')],
    ['with a NUL', Buffer.from('["messages",1,"\\u0000"]').toString('base64url')],
    ['outside time', Buffer.from('["messages",1e300,"x"]').toString('base64url')],
  ])('refuse a cursor that is %s', async (_, cursor) => {
    const dialogId = await chat().openDialog('anna');
    expect(await refusal(chat().as('anna').supportChat.userGetMessages({ dialogId, cursor }))).toBe('BAD_REQUEST');
  });

  it.each([0, 101, 1.5])('refuse a limit of %s', async (limit) => {
    expect(await refusal(chat().as('anna').supportChat.userListDialogs({ limit }))).toBe('BAD_REQUEST');
  });

  it('refuse ids that the database cannot hold, and know nothing of strange ones', async () => {
    const get = (dialogId: string) => refusal(chat().as('anna').supportChat.userGetMessages({ dialogId }));
    expect(await get('a\0b')).toBe('BAD_REQUEST');
    expect(await get("'; DROP TABLE x; --")).toBe('NOT_FOUND');
  });
});

describe('the number of statements', () => {
  const chat = useChat();

  it('does not grow with the length of a list', async () => {
    const measure = () => ({
      messages: async () => chat().as('anna').supportChat.userGetMessages({ dialogId: first, limit: 100 }),
      own: async () => chat().as('anna').supportChat.userListDialogs({ limit: 100 }),
      inbox: async () => chat().as('sofia').supportChat.staffListDialogs({ limit: 100 }),
      search: async () => chat().as('sofia').supportChat.staffListDialogs({ limit: 100, query: 'note' }),
    });
    const first = await chat().openDialog('anna');
    const addFile = (dialogId: string) =>
      chat()
        .as('anna')
        .supportChat.sendMessage({ dialogId, attachments: [inline('x'), inline('y')] });
    await addFile(first);
    // Once a minute, a search asks whether its indexes are there.
    await measure().search();
    const few = await countAll(measure());
    for (let i = 0; i < 12; i++) {
      await addFile(first);
      await addFile(await chat().openDialog('anna'));
    }
    const many = await countAll(measure());
    expect(many).toEqual(few);
    expect(many).toEqual({ messages: 3, own: 2, inbox: 2, search: 2 });
  });

  async function countAll(work: Record<string, () => Promise<{ items: unknown[] }>>) {
    const counts: Record<string, number> = {};
    for (const [name, run] of Object.entries(work)) counts[name] = await chat().statementsOf(run);
    return counts;
  }
});

describe('lists of dialogs', () => {
  const chat = useChat();

  it('are in the order of the last message, and stable while paging', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await chat().openDialog('anna', `${i}`));
    await chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId: ids[1] ?? '', text: 'again' });
    const expected = [1, 4, 3, 2, 0].map((index) => ids[index]);
    const walk = async (list: (cursor?: string) => Promise<{ items: { dialogId: string }[]; nextCursor?: string }>) => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(cursor);
        seen.push(...page.items.map(({ dialogId }) => dialogId));
        cursor = page.nextCursor;
      } while (cursor);
      return seen;
    };
    const own = (cursor?: string) => chat().as('anna').supportChat.userListDialogs({ cursor, limit: 2 });
    const inbox = (cursor?: string) => chat().as('sofia').supportChat.staffListDialogs({ cursor, limit: 2 });
    expect(await walk(own)).toEqual(expected);
    expect(await walk(inbox)).toEqual(expected);
  });

  it('of a customer hold their own only; of staff are for those who manage chats', async () => {
    const dialogId = await chat().openDialog('boris');
    const annas = await chat().as('anna').supportChat.userListDialogs({ limit: 100 });
    expect(annas.items.map((item) => item.dialogId)).not.toContain(dialogId);
    for (const name of ['anna', 'nikita'] as const) {
      expect(await refusal(chat().as(name).supportChat.staffListDialogs({}))).toBe('FORBIDDEN');
    }
    for (const name of ['sofia', 'admin'] as const) {
      const { items } = await chat().as(name).supportChat.staffListDialogs({});
      expect(items[0]).toMatchObject({
        dialogId,
        user: { id: people.boris.id, name: 'Boris', email: 'boris@demo.test' },
        lastMessagePreview: 'Hello',
        unreadCount: 1,
        hasUnansweredIncoming: true,
      });
    }
  });

  it('show the first words of a long text on one line', async () => {
    const dialogId = await chat().openDialog('anna', `a\n\n  b ${'ё🙂'.repeat(200)}`);
    const { items } = await chat().as('anna').supportChat.userListDialogs({});
    const preview = items.find((item) => item.dialogId === dialogId)?.lastMessagePreview ?? '';
    expect(preview).toMatch(/^a b ё🙂.*…$/u);
    expect([...preview]).toHaveLength(140);
  });

  it('show dialogs of older programs, which never said when the last message was', async () => {
    const dialogId = randomUUID();
    await chat().database.pool.query(
      `INSERT INTO "ChatDialog" (id, "userId", "createdAt", "updatedAt") VALUES ($1, $2, $3, $3)`,
      [dialogId, people.boris.id, new Date('2019-05-05')],
    );
    await insertOldMessage(chat(), { dialogId, from: 'USER', text: 'ancient', at: new Date('2019-05-06') });
    const { items } = await chat().as('sofia').supportChat.staffListDialogs({ limit: 100 });
    expect(items.at(-1)).toMatchObject({
      dialogId,
      lastMessagePreview: 'ancient',
      lastMessageAt: '2019-05-06T00:00:00.000Z',
      hasUnansweredIncoming: true,
      unreadCount: 1,
    });
  });
});

describe('the unanswered', () => {
  const chat = useChat();
  const unanswered = async (dialogId: string) => {
    const list = (hasUnansweredIncoming: boolean) =>
      chat().as('sofia').supportChat.staffListDialogs({ hasUnansweredIncoming, limit: 100 });
    const [waiting, done] = [await list(true), await list(false)];
    const isIn = ({ items }: Inbox) => items.some((item) => item.dialogId === dialogId);
    expect(waiting.items.every((item) => item.hasUnansweredIncoming)).toBe(true);
    expect(isIn(waiting)).not.toBe(isIn(done));
    return isIn(waiting);
  };

  it('are those where the customer spoke last, by whatever program', async () => {
    const dialogId = await chat().openDialog('anna');
    expect(await unanswered(dialogId)).toBe(true);
    const { message } = await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'Hi' });
    expect(await unanswered(dialogId)).toBe(false);
    await insertOldMessage(chat(), { dialogId, from: 'USER', at: new Date(Date.parse(message.createdAt) + 5) });
    expect(await unanswered(dialogId)).toBe(true);
    await insertOldMessage(chat(), { dialogId, from: 'STAFF', at: new Date(Date.parse(message.createdAt) + 6) });
    await insertOldMessage(chat(), { dialogId, from: 'SYSTEM', at: new Date(Date.parse(message.createdAt) + 7) });
    expect(await unanswered(dialogId)).toBe(false);
  });

  it('do not wait for what was deleted', async () => {
    const dialogId = await chat().openDialog('anna');
    await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'Hi' });
    const { message } = await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'oops' });
    await chat().as('anna').supportChat.deleteMessage({ messageId: message.id });
    expect(await unanswered(dialogId)).toBe(false);
  });

  it('are filtered before the page is cut', async () => {
    const waiting = await chat().openDialog('boris');
    for (let i = 0; i < 4; i++) {
      const dialogId = await chat().openDialog('anna');
      await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'done' });
    }
    const page = await chat()
      .as('sofia')
      .supportChat.staffListDialogs({ hasUnansweredIncoming: true, query: 'Boris', limit: 1 });
    expect(page.items.map(({ dialogId }) => dialogId)).toEqual([waiting]);
    expect(page.nextCursor).toBeUndefined();
  });
});
