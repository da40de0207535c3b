import { describe, expect, it } from 'vitest';
import { inline, insertOldMessage, useChat } from './chat-harness.ts';

describe('search in the inbox', () => {
  const chat = useChat();
  const find = async (query: string, harness = chat()) => {
    const { items } = await harness.as('sofia').supportChat.staffListDialogs({ query });
    return items.map(({ dialogId }) => dialogId);
  };

  it('finds names, addresses, topics, texts and file names, letter case aside, in Russian too', async () => {
    const { dialogId } = await chat()
      .as('anna')
      .supportChat.createDialog({
        topic: 'Возврат товара',
        initialMessage: 'Чайник не ВКЛЮЧАЕТСЯ',
        attachments: [inline('x', 'Гарантия №5.txt')],
      });
    const other = await chat().openDialog('boris', 'unrelated');
    for (const query of ['возврат', 'включается', 'ГАРАНТИЯ', 'anna', 'ANNA@DEMO', 'Anna']) {
      expect(await find(query), query).toEqual([dialogId]);
    }
    expect(await find('boris')).toEqual([other]);
    expect(await find('  ')).toHaveLength(2);
  });

  it('takes the words literally', async () => {
    const dialogId = await chat().openDialog('anna', '100% sure_thing \\o/');
    for (const query of ['100%', 'e_t', '\\o']) expect(await find(query), query).toEqual([dialogId]);
    expect(await find('1%0')).toEqual([]);
    expect(await find('sure.thing')).toEqual([]);
  });

  it('does not find what is deleted or only staged', async () => {
    const dialogId = await chat().openDialog('anna');
    await chat().stage('anna', dialogId, 'zebra-staged.txt');
    const { message } = await chat()
      .as('anna')
      .supportChat.sendMessage({
        dialogId,
        text: 'zebra words',
        attachments: [inline('x', 'zebra-file.txt')],
      });
    expect(await find('zebra')).toEqual([dialogId]);
    expect(await find('zebra-staged')).toEqual([]);
    await chat().as('anna').supportChat.deleteMessage({ messageId: message.id });
    expect(await find('zebra')).toEqual([]);
    for (const readMode of ['table-then-legacy', 'legacy'] as const) {
      expect(await find('zebra', chat().withSettings({ readMode }))).toEqual([]);
    }
  });

  it('finds file names where the read mode shows them from', async () => {
    const dialogId = await chat().openDialog('anna');
    const entry = { id: 'o', name: 'giraffe.png', path: 'p', type: 'image/png', sizeBytes: 1 };
    await insertOldMessage(chat(), { dialogId, from: 'USER', attachments: [entry] });
    expect(await find('giraffe')).toEqual([]);
    for (const readMode of ['table-then-legacy', 'legacy'] as const) {
      expect(await find('GIRAFFE', chat().withSettings({ readMode }))).toEqual([dialogId]);
    }
  });
});
