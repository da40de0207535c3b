import { describe, expect, it } from 'vitest';
import { exampleOutgoing, exampleUpload } from '#tests/support/chat-examples.ts';
import { divideOutgoing, findDividable } from './divide-outgoing.ts';
import type { Upload } from './upload-queue.ts';

const upload = (id: string, status: Upload['status'], sentBytes = 0) => exampleUpload({ id, status, sentBytes });
const message = exampleOutgoing({
  clientMessageId: 'm',
  text: 'See these',
  uploadIds: ['a', 'b', 'c'],
  waitsUntil: 10,
});
const twoOfThree = [upload('a', 'staged'), upload('b', 'waiting'), upload('c', 'staged')];

describe('a text whose files are slow', () => {
  it('goes with the files that are there, and the rest follows as a message of its own', () => {
    expect(findDividable([message], twoOfThree, 9)).toEqual([]);
    expect(findDividable([message], twoOfThree, 10)).toEqual([message]);
    const [first, rest] = divideOutgoing(message, twoOfThree, 'r');
    expect(first).toEqual({ ...message, uploadIds: ['a', 'c'] });
    expect(rest).toMatchObject({ clientMessageId: 'r', restOf: 'm', text: '', uploadIds: ['b'], sentBefore: 2 });
    expect(rest.createdAt > first.createdAt).toBe(true);
    // Neither part is divided again.
    expect(findDividable([first, rest], twoOfThree, 10)).toEqual([]);
  });

  it('waits where there is no text, where all files are there, and where one failed', () => {
    const failed = [upload('a', 'staged'), upload('b', 'failed'), upload('c', 'uploading')];
    expect(findDividable([{ ...message, text: '' }], twoOfThree, 10)).toEqual([]);
    expect(findDividable([message], [upload('a', 'staged')], 10)).toEqual([]);
    expect(findDividable([message], failed, 10)).toEqual([]);
    expect(findDividable([{ ...message, status: 'sending' }], twoOfThree, 10)).toEqual([]);
  });

  it('begins a conversation alone only while little of its files has travelled', () => {
    const first = exampleOutgoing({ clientMessageId: 'm', dialogId: null, uploadIds: ['a'] });
    expect(findDividable([first], [upload('a', 'uploading', 1000)], 10)).toEqual([first]);
    expect(findDividable([first], [upload('a', 'uploading', 4_000_000)], 10)).toEqual([]);
    expect(findDividable([{ ...first, dialogId: 'd' }], [upload('a', 'uploading', 4_000_000)], 10)).toHaveLength(1);
  });
});
