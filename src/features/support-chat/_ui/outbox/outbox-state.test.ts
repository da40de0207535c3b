import { describe, expect, it } from 'vitest';
import { exampleOutgoing, exampleUpload } from '#tests/support/chat-examples.ts';
import type { MessageDto } from '../../_api/types.ts';
import {
  describeOutgoing,
  describeSendFailure,
  findSendable,
  maxAutomaticSends,
  type Outgoing,
  withoutDelivered,
} from './outbox-state.ts';
import type { Upload } from './upload-queue.ts';

const outgoing = (id: string, change: Partial<Outgoing> = {}) => exampleOutgoing({ clientMessageId: id, ...change });

const upload = (id: string, status: Upload['status']) => exampleUpload({ id, status });

const ids = (list: Outgoing[]) => list.map((item) => item.clientMessageId);

describe('outbox', () => {
  it('never sends a message whose file is not there', () => {
    const waiting = outgoing('m', { uploadIds: ['a', 'b'] });
    expect(findSendable([waiting], [upload('a', 'staged'), upload('b', 'uploading')], 0)).toEqual([]);
    expect(findSendable([waiting], [upload('a', 'staged')], 0)).toEqual([]);
    expect(ids(findSendable([waiting], [upload('a', 'staged'), upload('b', 'staged')], 0))).toEqual(['m']);
  });

  it('never sends the rest of the files before the text they belong to', () => {
    const rest = outgoing('rest', { uploadIds: ['a'], restOf: 'text' });
    const there = [upload('a', 'staged')];
    expect(findSendable([outgoing('text', { status: 'failed' }), rest], there, 0)).toEqual([]);
    expect(ids(findSendable([rest], there, 0))).toEqual(['rest']);
  });

  it('lets a text overtake a message that still carries a file', () => {
    const list = [outgoing('video', { uploadIds: ['a'] }), outgoing('text')];
    expect(ids(findSendable(list, [upload('a', 'uploading')], 0))).toEqual(['text']);
  });

  it('sends the texts of one dialog one after the other, other dialogs beside it', () => {
    const list = [outgoing('1', { status: 'sending' }), outgoing('2'), outgoing('3', { dialogId: 'e' })];
    expect(ids(findSendable(list, [], 0))).toEqual(['3']);
    expect(ids(findSendable([outgoing('1'), outgoing('2')], [], 0))).toEqual(['1']);
  });

  it('never lets a text overtake an earlier one that pauses between two tries', () => {
    const list = [outgoing('1', { problem: 'NETWORK', tries: 1, retryAt: 2_000 }), outgoing('2')];
    expect(findSendable(list, [], 1_500)).toEqual([]);
    expect(ids(findSendable(list, [], 2_000))).toEqual(['1']);
    // What waits for a person to decide holds nobody up.
    expect(ids(findSendable([outgoing('1', { status: 'failed' }), outgoing('2')], [], 0))).toEqual(['2']);
  });

  it('waits before it tries again by itself, and then leaves it to the person', () => {
    const change = describeSendFailure(outgoing('m'), 'NETWORK', 1_000);
    expect(change).toMatchObject({ status: 'waiting', tries: 1, retryAt: 2_000 });
    expect(findSendable([outgoing('m', change)], [], 1_500)).toEqual([]);
    expect(describeSendFailure(outgoing('m', { tries: maxAutomaticSends }), 'NETWORK', 0).status).toBe('failed');
    expect(describeSendFailure(outgoing('m'), 'UNAUTHORIZED', 0)).toMatchObject({
      status: 'failed',
      problem: 'UNAUTHORIZED',
    });
  });

  it('counts as failed when one of its files failed', () => {
    const message = outgoing('m', { uploadIds: ['a', 'b'] });
    expect(describeOutgoing(message, [upload('a', 'staged'), upload('b', 'failed')])).toBe('failed');
    expect(describeOutgoing(message, [upload('a', 'staged'), upload('b', 'waiting')])).toBe('uploading');
    expect(describeOutgoing(message, [upload('a', 'staged'), upload('b', 'staged')])).toBe('sending');
  });

  it('hides an outgoing message as soon as the conversation has it', () => {
    const message: MessageDto = {
      id: 's',
      dialogId: 'd',
      clientMessageId: '1',
      senderType: 'USER',
      sender: null,
      text: '',
      attachments: [],
      createdAt: '',
      editedAt: null,
      deletedAt: null,
      readAt: null,
    };
    expect(ids(withoutDelivered([outgoing('1'), outgoing('2')], [message]))).toEqual(['2']);
  });
});
