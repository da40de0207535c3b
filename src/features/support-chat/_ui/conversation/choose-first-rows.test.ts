import { describe, expect, it } from 'vitest';
import { exampleMessage } from '#tests/support/chat-examples.ts';
import { chooseFirstRows } from './choose-first-rows.ts';

const currentUser = {
  id: 'anna',
  name: 'Anna',
  email: 'anna@demo.test',
  role: 'USER',
  canManageSupportChats: false,
} as const;

const own = (index: number) =>
  exampleMessage({
    id: `m${index}`,
    text: `Line ${index}`,
    createdAt: new Date(Date.UTC(2026, 0, 5, 10, index)).toISOString(),
  });
const ofSupport = (readAt: string | null) =>
  exampleMessage({
    ...{ id: 'reply', readAt, senderType: 'STAFF', sender: { id: 'sofia', name: 'Sofia' } },
    createdAt: new Date(Date.UTC(2026, 0, 5, 12)).toISOString(),
  });

describe('the first rows of a page', () => {
  it('are the end of the conversation, as much as a tall screen shows', () => {
    const all = Array.from({ length: 200 }, (_, index) => own(index));
    const rows = chooseFirstRows(all, currentUser) ?? [];
    expect(rows.at(-1)).toMatchObject({ type: 'message', message: { id: 'm199' } });
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.length).toBeLessThan(60);
  });

  it('are all there are of a short one', () => {
    expect(chooseFirstRows([own(1), own(2)], currentUser)?.map((row) => row.type)).toEqual([
      'day',
      'message',
      'message',
    ]);
  });

  it('are not known where something is unread, since the page opens there, nor where nothing was said', () => {
    expect(chooseFirstRows([own(1), ofSupport(null)], currentUser)).toBeNull();
    expect(chooseFirstRows([own(1), ofSupport('2026-01-05T13:00:00.000Z')], currentUser)).toHaveLength(3);
    expect(chooseFirstRows([], currentUser)).toBeNull();
  });
});
