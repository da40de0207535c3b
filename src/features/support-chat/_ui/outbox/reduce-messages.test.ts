import { describe, expect, it } from 'vitest';
import { exampleOutgoing, exampleStaged, exampleUpload } from '#tests/support/chat-examples.ts';
import { runOutbox as run } from '#tests/support/run-outbox.ts';
import type { OutboxEffect, OutboxEvent } from './outbox-events.ts';
import { maxAutomaticSends, type Outgoing } from './outgoing.ts';
import type { Upload } from './upload.ts';

const upload = (id: string, change: Partial<Upload> = {}) => exampleUpload({ id, ...change });
const staged = (id: string, change: Partial<Upload> = {}) =>
  upload(id, { status: 'staged', attachment: exampleStaged({ id: `a-${id}` }), ...change });
const message = (id: string, change: Partial<Outgoing> = {}) => exampleOutgoing({ clientMessageId: id, ...change });
const sentTexts = (effects: readonly OutboxEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message.text] : []));
const send = (key: string, id = 'm'): OutboxEvent => ({ type: 'sent', key, clientMessageId: id, topic: null });

describe('a message', () => {
  it('waits for the last of its files and is sent whole, however long that takes', () => {
    const uploads = [staged('a'), upload('b', { status: 'uploading' })];
    const waiting = { outgoing: [message('m', { text: 'Two files', uploadIds: ['a', 'b'] })], uploads };
    const { state, did } = run(waiting, { type: 'woke' });
    expect(did('send')).toEqual([]);
    const last: OutboxEvent = { type: 'uploadStaged', uploadId: 'b', attachment: exampleStaged({ id: 'a-b' }) };
    expect(run(state, last).effects).toMatchObject([
      { type: 'send', message: { text: 'Two files' }, uploads: [{ id: 'a' }, { id: 'b' }] },
    ]);
  });

  it('can lose a file while it waits, and goes with the rest', () => {
    const uploads = [staged('a'), upload('b', { status: 'uploading' })];
    const { state, effects } = run(
      { outgoing: [message('m', { uploadIds: ['a', 'b'] })], uploads },
      { type: 'fileRemoved', uploadId: 'b' },
    );
    expect(state.outgoing).toMatchObject([{ uploadIds: ['a'], status: 'sending' }]);
    expect(effects.map(({ type }) => type)).toEqual(['abortUpload', 'send']);
  });

  it('is gone with its last file when it says nothing, but keeps all of them while it is being sent', () => {
    const alone = { outgoing: [message('m', { text: '', uploadIds: ['a'] })], uploads: [upload('a')] };
    expect(run(alone, { type: 'fileRemoved', uploadId: 'a' }).state).toMatchObject({ outgoing: [], uploads: [] });
    const sending = { outgoing: [message('m', { uploadIds: ['a'], status: 'sending' })], uploads: [staged('a')] };
    expect(run(sending, { type: 'fileRemoved', uploadId: 'a' }).state).toMatchObject(sending);
    expect(run(sending, { type: 'messageRemoved', id: 'm' }).state).toMatchObject(sending);
  });

  it('lets its text go by hand with the files that are there; the rest follows in its order', () => {
    const uploads = [staged('a'), upload('b', { status: 'uploading' })];
    const waiting = { outgoing: [message('m', { text: 'Look', uploadIds: ['a', 'b'] })], uploads };
    const { state, effects } = run(waiting, { type: 'messageSplit', id: 'm', restId: 'r' });
    expect(effects).toMatchObject([{ type: 'send', message: { text: 'Look', uploadIds: ['a'] } }]);
    expect(state.outgoing).toMatchObject([
      { clientMessageId: 'm', status: 'sending' },
      { clientMessageId: 'r', text: '', uploadIds: ['b'], status: 'waiting' },
    ]);
  });
});

describe('a message the server did not accept', () => {
  it('waits for the person when it was refused for good, and holds up nobody behind it', () => {
    const { state, effects } = run(
      { outgoing: [message('1', { status: 'sending' }), message('2')] },
      { type: 'refused', id: '1', problem: 'BAD_REQUEST' },
    );
    expect(state.outgoing).toMatchObject([{ status: 'failed', problem: 'BAD_REQUEST' }, { status: 'sending' }]);
    expect(sentTexts(effects)).toEqual(['2']);
    expect(sentTexts(run(state, { type: 'reachable' }).effects)).toEqual([]);
  });

  it.each(['NETWORK', 'UNAUTHORIZED'] as const)('goes first once the server is back, when %s held it up', (problem) => {
    const tried = message('1', { status: 'sending', tries: maxAutomaticSends });
    const { state, effects } = run(
      { outgoing: [tried, message('2', { problem: 'NETWORK', retryAt: 9_000 })] },
      { type: 'refused', id: '1', problem },
      { type: 'reachable' },
      { type: 'delivered', id: '1' },
    );
    expect(state.outgoing).toHaveLength(1);
    expect(sentTexts(effects).slice(-2)).toEqual(['1', '2']);
  });

  it('is tried at once between two tries when the person goes on writing', () => {
    const pausing = message('1', { problem: 'NETWORK', retryAt: 9_000, tries: 1 });
    const { effects } = run({ outgoing: [pausing], drafts: { d: { text: 'more', uploadIds: [] } } }, send('d'));
    expect(sentTexts(effects)).toEqual(['1']);
  });

  it('uploads a file the server let go of once more by itself, then leaves it to the person', () => {
    const sending = { outgoing: [message('m', { uploadIds: ['u'], status: 'sending' })], uploads: [staged('u')] };
    const refused: OutboxEvent = { type: 'refused', id: 'm', problem: 'CONFLICT' };
    const first = run(sending, refused);
    expect(first.effects).toMatchObject([{ type: 'discardStaged', attachmentId: 'a-u' }, { type: 'upload' }]);
    const attachment = exampleStaged({ id: 'fresh' });
    const second = run(first.state, { type: 'uploadStaged', uploadId: 'u', attachment }, refused);
    expect(second.state.outgoing).toMatchObject([{ status: 'failed', problem: 'CONFLICT' }]);
    expect(run(second.state, { type: 'messageRetried', id: 'm' }).did('upload')).toHaveLength(1);
  });

  it('frees its files once it is delivered, without touching their pictures', () => {
    const { state, effects } = run(
      {
        outgoing: [message('m', { uploadIds: ['u'], status: 'sending' })],
        uploads: [staged('u', { localUrl: 'blob:u' })],
      },
      { type: 'delivered', id: 'm' },
    );
    expect(state).toMatchObject({ outgoing: [], uploads: [] });
    expect(effects).toEqual([]);
  });
});

describe('a conversation that does not exist yet', () => {
  const first = message('1', { dialogId: null, topic: 'Invoice', status: 'sending' });
  const created: OutboxEvent = { type: 'conversationCreated', id: '1', dialogId: 'new-id' };

  it('begins with its first message; what was written after it follows into it', () => {
    const drafts = { new: { text: 'and', uploadIds: ['x'] } };
    const uploads = [upload('x', { dialogId: null, status: 'held' })];
    const waiting = { drafts, uploads, outgoing: [first, message('2', { dialogId: null })] };
    expect(sentTexts(run(waiting, { type: 'woke' }).effects)).toEqual([]);
    const { state, effects } = run(waiting, created);
    expect(effects).toMatchObject([{ type: 'send', message: { text: '2', dialogId: 'new-id' } }]);
    expect(state.drafts).toEqual({ 'new-id': { text: 'and', uploadIds: ['x'] } });
    expect(state.uploads).toMatchObject([{ id: 'x', dialogId: 'new-id' }]);
  });

  it('is begun by the next message, under its topic, when the first is given up', () => {
    const failed = { ...first, status: 'failed' as const, text: 'refused' };
    const rest = message('2', { dialogId: null, topic: 'Invoice', text: '', uploadIds: ['u'] });
    const before = { outgoing: [failed, rest], uploads: [staged('u', { dialogId: null })] };
    expect(run(before, { type: 'woke' }).effects).toEqual([]);
    expect(run(before, { type: 'messageRemoved', id: '1' }).effects).toMatchObject([
      { type: 'send', message: { topic: 'Invoice', uploadIds: ['u'], dialogId: null } },
    ]);
  });

  it('takes along what is on its way when its draft had files, and uploads it again when not', () => {
    const rest = message('2', { dialogId: null, uploadIds: ['u'] });
    const running = upload('u', { dialogId: null, status: 'uploading', sentBytes: 50 });
    const withFile = {
      outgoing: [{ ...first, uploadIds: ['a'] }, rest],
      uploads: [staged('a', { dialogId: null }), running],
    };
    expect(run(withFile, created)).toMatchObject({
      state: { uploads: [{ id: 'u', dialogId: 'new-id', sentBytes: 50, status: 'uploading' }] },
      effects: [],
    });
    const { effects } = run({ outgoing: [first, rest], uploads: [running] }, created);
    expect(effects).toMatchObject([
      { type: 'abortUpload', uploadId: 'u' },
      { type: 'upload', upload: { dialogId: 'new-id', sentBytes: 0 } },
    ]);
  });
});
