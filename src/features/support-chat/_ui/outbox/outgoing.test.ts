import { describe, expect, it } from 'vitest';
import { exampleMessage, exampleOutgoing, exampleUpload } from '#tests/support/chat-examples.ts';
import {
  describeOutgoing,
  failOutgoing,
  findSendable,
  maxAutomaticSends,
  type Outgoing,
  splitMessage,
  withoutDelivered,
} from './outgoing.ts';
import type { Upload } from './upload.ts';

const outgoing = (id: string, change: Partial<Outgoing> = {}) => exampleOutgoing({ clientMessageId: id, ...change });
const upload = (id: string, status: Upload['status']) => exampleUpload({ id, status });
const ids = (list: readonly Outgoing[]) => list.map((item) => item.clientMessageId);

describe('outgoing messages', () => {
  it('are never sent while a file is not there', () => {
    const waiting = outgoing('m', { uploadIds: ['a', 'b'] });
    expect(findSendable([waiting], [upload('a', 'staged'), upload('b', 'uploading')], 0)).toEqual([]);
    expect(findSendable([waiting], [upload('a', 'staged')], 0)).toEqual([]);
    expect(ids(findSendable([waiting], [upload('a', 'staged'), upload('b', 'staged')], 0))).toEqual(['m']);
  });

  it('overtake one that still waits for a file', () => {
    const list = [outgoing('video', { uploadIds: ['a'] }), outgoing('text')];
    expect(ids(findSendable(list, [upload('a', 'uploading')], 0))).toEqual(['text']);
  });

  it('of one conversation go one after the other, those of others beside them', () => {
    const list = [outgoing('1', { status: 'sending' }), outgoing('2'), outgoing('3', { dialogId: 'e' })];
    expect(ids(findSendable(list, [], 0))).toEqual(['3']);
    expect(ids(findSendable([outgoing('1'), outgoing('2')], [], 0))).toEqual(['1']);
  });

  it('never overtake an earlier one that pauses between two tries', () => {
    const list = [outgoing('1', { problem: 'NETWORK', tries: 1, retryAt: 2_000 }), outgoing('2')];
    expect(findSendable(list, [], 1_500)).toEqual([]);
    expect(ids(findSendable(list, [], 2_000))).toEqual(['1']);
    // What waits for a person to decide holds nobody up.
    expect(ids(findSendable([outgoing('1', { status: 'failed' }), outgoing('2')], [], 0))).toEqual(['2']);
  });

  it('wait for the first message of a new conversation, whatever holds it up', () => {
    const second = outgoing('2', { dialogId: null });
    for (const change of [{ status: 'failed' as const }, { uploadIds: ['a'] }]) {
      expect(findSendable([outgoing('1', { dialogId: null, ...change }), second], [upload('a', 'queued')], 0)).toEqual(
        [],
      );
    }
  });

  it('pause before they are tried again, and are then left to the person', () => {
    expect(failOutgoing(outgoing('m'), 'NETWORK', 1_000)).toMatchObject({
      status: 'waiting',
      tries: 1,
      retryAt: 2_000,
    });
    expect(failOutgoing(outgoing('m', { tries: maxAutomaticSends }), 'NETWORK', 0).status).toBe('failed');
    expect(failOutgoing(outgoing('m'), 'UNAUTHORIZED', 0)).toMatchObject({ status: 'failed', problem: 'UNAUTHORIZED' });
  });

  it('count as failed when one of their files failed', () => {
    const message = outgoing('m', { uploadIds: ['a', 'b'] });
    expect(describeOutgoing(message, [upload('a', 'staged'), upload('b', 'failed')])).toBe('failed');
    expect(describeOutgoing(message, [upload('a', 'staged'), upload('b', 'waiting')])).toBe('uploading');
    expect(describeOutgoing(message, [upload('a', 'staged'), upload('b', 'staged')])).toBe('sending');
  });

  it('are split into what is there and the rest, which stands behind it', () => {
    const message = outgoing('m', { text: 'See these', topic: 'Invoice', uploadIds: ['a', 'b', 'c'] });
    const [first, rest] = splitMessage(
      message,
      [upload('a', 'staged'), upload('b', 'waiting'), upload('c', 'staged')],
      'r',
    );
    expect(first).toEqual({ ...message, uploadIds: ['a', 'c'] });
    expect(rest).toMatchObject({ clientMessageId: 'r', text: '', topic: 'Invoice', uploadIds: ['b'] });
    expect(rest.createdAt > first.createdAt).toBe(true);
  });

  it('are hidden as soon as the conversation has them', () => {
    const delivered = exampleMessage({ id: 's', clientMessageId: '1' });
    expect(ids(withoutDelivered([outgoing('1'), outgoing('2')], [delivered]))).toEqual(['2']);
  });
});
