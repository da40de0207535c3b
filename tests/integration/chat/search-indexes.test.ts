import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEARCH_INDEXES } from '#entities/support-chat/_repositories/search-indexes.ts';
import { inline, insertOldMessage, useChat } from './chat-harness.ts';

const TEXTS = [
  'Чайник не ВКЛЮЧАЕТСЯ',
  "it's 100% sure_thing \\o/",
  'a\nb',
  'x',
  'Ångström ΣΊΣΥΦΟΣ',
  '東京の猫',
  '🦊🦊',
];
const QUERIES = [
  'включается',
  'IT',
  "'s",
  '%',
  '_',
  '\\o',
  'b',
  'X',
  'ångström',
  'σίσυφοσ',
  '京の',
  '猫',
  '🦊',
  'qj',
  '  ',
];

describe('the indexes of the search', () => {
  const chat = useChat();

  test('know every text that holds the words, whatever is written in it', async () => {
    const letters = fc.string({ unit: fc.constantFrom(...'aAbB%_\\\'" \n\u0001яЯéßİςΣ東🦊(|&!:*'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(letters, { minLength: 1, maxLength: 20 }),
        letters,
        fc.nat(),
        async (texts, any, at) => {
          const [first = ''] = texts;
          // Half of the words are cut out of a text: others would seldom be found.
          const words = at % 2 === 0 ? any : [...first].slice(at % 7, (at % 7) + 1 + (at % 5)).join('');
          if (words === '') return;
          const { rows } = await chat().database.pool.query(
            `SELECT t FROM unnest($1::text[]) t WHERE t ILIKE $2 AND NOT ("textParts"(t) @@ "textPartsOf"($3))`,
            [texts, `%${words.replace(/[\\%_]/g, '\\$&')}%`, words],
          );
          expect(rows).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('change nothing of what is found, nor of its order', async () => {
    for (const text of TEXTS) {
      await chat()
        .as('anna')
        .supportChat.createDialog({ topic: 'Any', initialMessage: text, attachments: [inline('x', `${text}.txt`)] });
    }
    const find = async () => {
      // A new one, which has not looked for the indexes yet.
      const { supportChat } = chat().withSettings({}).as('sofia');
      const found: unknown[] = [];
      for (const query of QUERIES.filter((words) => words.trim() !== '')) {
        const messages = await supportChat.searchMessages({ query });
        const dialogs = await supportChat.staffListDialogs({ query });
        const waiting = await supportChat.staffListDialogs({ query, sort: 'waiting', limit: 3 });
        found.push([
          query,
          messages.items.map(({ message }) => message.text),
          [dialogs, waiting].map(({ items }) => items.map(({ dialogId }) => dialogId)),
        ]);
      }
      return found;
    };
    const withIndexes = await find();
    for (const { name } of SEARCH_INDEXES) await chat().database.pool.query(`DROP INDEX "${name}"`);
    expect(await find()).toEqual(withIndexes);
    expect(withIndexes).toContainEqual(['включается', [TEXTS[0]], expect.anything()]);
  });

  test('take a text longer than they can hold for one that may hold anything', async () => {
    const dialogId = await chat().openDialog('anna');
    await insertOldMessage(chat(), { dialogId, from: 'USER', text: `${'long '.repeat(300_000)} needle` });
    const { items } = await chat().as('sofia').supportChat.searchMessages({ query: 'needle' });
    expect(items).toHaveLength(1);
  });
});
