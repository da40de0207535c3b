import { describe, expect, it } from 'vitest';
import { exampleOutgoing, exampleStaged, exampleUpload } from '#tests/support/chat-examples.ts';
import { emptyOutbox, type OutboxEffect, type OutboxEvent, type OutboxState } from './outbox-events.ts';
import { maxAutomaticSends, type Outgoing } from './outgoing.ts';
import { findNextWake, reduceOutbox } from './reduce-outbox.ts';
import { maxParallelUploads, type Upload } from './upload.ts';

const now = 1_000;

/** The state after these events, and all effects on the way. */
function run(start: Partial<OutboxState>, ...events: OutboxEvent[]) {
  const effects: OutboxEffect[] = [];
  const state = events.reduce<OutboxState>(
    (before, event) => {
      const step = reduceOutbox(before, event, now);
      effects.push(...step.effects);
      return step.state;
    },
    { ...emptyOutbox, ...start },
  );
  return { state, effects, did: (type: OutboxEffect['type']) => effects.filter((effect) => effect.type === type) };
}

const upload = (id: string, change: Partial<Upload> = {}) => exampleUpload({ id, ...change });
const staged = (id: string, change: Partial<Upload> = {}) =>
  upload(id, { status: 'staged', attachment: exampleStaged({ id: `a-${id}` }), ...change });
const message = (id: string, change: Partial<Outgoing> = {}) => exampleOutgoing({ clientMessageId: id, ...change });
const statuses = (state: OutboxState) => state.uploads.map(({ id, status }) => `${id} ${status}`);
const sentTexts = (effects: readonly OutboxEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message.text] : []));
const send = (key: string, id = 'm'): OutboxEvent => ({ type: 'sent', key, clientMessageId: id, topic: null });

describe('what is being written', () => {
  it('becomes a message with its files, and leaves the draft empty', () => {
    const { state, effects } = run(
      { drafts: { d: { text: ' Hello ', uploadIds: ['u'] } }, uploads: [staged('u', { dialogId: 'd' })] },
      send('d'),
    );
    expect(state.drafts).toEqual({});
    expect(state.outgoing).toMatchObject([{ dialogId: 'd', text: 'Hello', uploadIds: ['u'], status: 'sending' }]);
    expect(effects).toMatchObject([{ type: 'send', message: { clientMessageId: 'm' }, uploads: [{ id: 'u' }] }]);
  });

  it('is sent once, however fast Send is pressed, and not at all when there is nothing', () => {
    const draft = { drafts: { d: { text: 'Hello', uploadIds: [] } } };
    expect(run(draft, send('d', '1'), send('d', '2')).state.outgoing).toHaveLength(1);
    expect(run({ drafts: { d: { text: '  ', uploadIds: [] } } }, send('d')).state.outgoing).toEqual([]);
  });

  it('keeps a picture on the device until its message is sent', () => {
    const held = upload('p', { status: 'held' });
    const added = run({}, { type: 'filesAdded', key: 'd', uploads: [held, upload('t')] });
    expect(statuses(added.state)).toEqual(['p held', 't uploading']);
    expect(statuses(run(added.state, send('d')).state)).toEqual(['p uploading', 't uploading']);
  });

  it('swaps a redacted picture in at the place of the first', () => {
    const before = {
      drafts: { d: { text: '', uploadIds: ['a', 'p', 'b'] } },
      uploads: [upload('p', { localUrl: 'blob:p' })],
    };
    const { state, effects } = run(before, {
      type: 'fileReplaced',
      uploadId: 'p',
      by: upload('q', { status: 'held' }),
    });
    expect(state.drafts.d?.uploadIds).toEqual(['a', 'q', 'b']);
    expect(state.uploads.map(({ id }) => id)).toEqual(['q']);
    expect(effects).toEqual([{ type: 'revokeUrl', url: 'blob:p' }]);
  });

  it('gives a failed file another chance with its message', () => {
    const failed = upload('u', { status: 'failed', problem: 'UNKNOWN', tries: 5 });
    const { state } = run({ drafts: { d: { text: '', uploadIds: ['u'] } }, uploads: [failed] }, send('d'));
    expect(state.uploads).toMatchObject([{ status: 'uploading', problem: null, tries: 0 }]);
  });
});

describe('files on their way', () => {
  it('start in order and only a few at once', () => {
    const uploads = ['a', 'b', 'c', 'd', 'e'].map((id) => upload(id));
    const { state, did } = run({ uploads }, { type: 'woke' });
    expect(did('upload')).toHaveLength(maxParallelUploads);
    expect(statuses(state).slice(0, 4)).toEqual(['a uploading', 'b uploading', 'c uploading', 'd queued']);
  });

  it('wait for the network instead of using up their tries', () => {
    const { state, did } = run(
      { isOnline: false },
      { type: 'filesAdded', key: 'd', uploads: [upload('u')] },
      { type: 'woke' },
    );
    expect(did('upload')).toEqual([]);
    expect(findNextWake(state)).toBeNull();
    expect(run(state, { type: 'connectivity', isOnline: true }).did('upload')).toHaveLength(1);
  });

  it('are stopped and let go of when they are taken back', () => {
    const taken = (one: Upload) => run({ uploads: [one] }, { type: 'fileRemoved', uploadId: 'u' });
    expect(taken(upload('u', { status: 'uploading' })).effects).toEqual([{ type: 'abortUpload', uploadId: 'u' }]);
    expect(taken(staged('u')).effects).toEqual([{ type: 'discardStaged', attachmentId: 'a-u' }]);
    expect(taken(staged('u')).state.uploads).toEqual([]);
  });

  it('ignore late news of what was removed or already arrived', () => {
    const late: OutboxEvent = { type: 'uploadFailed', uploadId: 'u', problem: 'NETWORK', retryAfterMs: null };
    expect(run({}, late).state.uploads).toEqual([]);
    expect(statuses(run({ uploads: [staged('u')] }, late).state)).toEqual(['u staged']);
  });

  it('go on by themselves after a pause', () => {
    const failed: OutboxEvent = { type: 'uploadFailed', uploadId: 'u', problem: 'NETWORK', retryAfterMs: null };
    const { state } = run({ uploads: [upload('u', { status: 'uploading' })] }, failed);
    expect(findNextWake(state)).toBe(2_000);
    expect(reduceOutbox(state, { type: 'woke' }, 1_999).effects).toEqual([]);
    expect(reduceOutbox(state, { type: 'woke' }, 2_000).effects).toMatchObject([{ type: 'upload' }]);
  });

  it('do not count tries that brought them further', () => {
    const tired = upload('u', { status: 'uploading', tries: 5, storedBytes: 40 });
    const tries = (storedBytes: number) =>
      run({ uploads: [tired] }, { type: 'uploadStored', uploadId: 'u', storedBytes }).state.uploads[0]?.tries;
    expect([tries(40), tries(41)]).toEqual([5, 0]);
  });
});

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

  it('that was refused for good waits for the person, and holds up nobody behind it', () => {
    const { state, effects } = run(
      { outgoing: [message('1', { status: 'sending' }), message('2')] },
      { type: 'refused', id: '1', problem: 'BAD_REQUEST' },
    );
    expect(state.outgoing).toMatchObject([{ status: 'failed', problem: 'BAD_REQUEST' }, { status: 'sending' }]);
    expect(sentTexts(effects)).toEqual(['2']);
    expect(sentTexts(run(state, { type: 'reachable' }).effects)).toEqual([]);
  });

  it.each(['NETWORK', 'UNAUTHORIZED'] as const)('held up by %s goes first once the server is back', (problem) => {
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

  it('whose file the server let go of uploads it once more by itself, then leaves it to the person', () => {
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

describe('what closed tabs left behind', () => {
  it('comes back: sent messages go on, drafted pictures are held, and what nobody wants is dropped', () => {
    const held = (id: string) => upload(id, { status: 'held', localUrl: `blob:${id}` });
    const { state, effects } = run(
      { drafts: { d: { text: 'Hello', uploadIds: ['drafted', 'lost'] } } },
      {
        type: 'recovered',
        uploads: [held('promised'), held('drafted'), held('nobodys')],
        outgoing: [
          message('late', { createdAt: '2026-01-02' }),
          message('early', { uploadIds: ['promised'], createdAt: '2026-01-01' }),
        ],
      },
    );
    expect(state.outgoing.map(({ clientMessageId }) => clientMessageId)).toEqual(['early', 'late']);
    expect(statuses(state)).toEqual(['promised uploading', 'drafted held']);
    expect(state.drafts).toEqual({ d: { text: 'Hello', uploadIds: ['drafted'] } });
    expect(effects).toMatchObject([{ type: 'revokeUrl', url: 'blob:nobodys' }, { type: 'upload' }, { type: 'send' }]);
  });

  it('joins the draft that was begun before it was read', () => {
    const { state } = run(
      {},
      { type: 'typed', key: 'd', text: 'today' },
      { type: 'draftsRead', drafts: { d: { text: 'yesterday', uploadIds: [] } } },
    );
    expect(state.drafts).toEqual({ d: { text: 'yesterday\ntoday', uploadIds: [] } });
  });
});

describe('staged files of an open page', () => {
  const uploads = [staged('draft'), staged('leaving'), upload('moving', { status: 'uploading' })];
  const outgoing = [message('m', { status: 'sending', uploadIds: ['leaving'] })];

  it('are renewed while they wait, except those being sent: a message may take them before the answer comes', () => {
    expect(run({ uploads, outgoing }, { type: 'heartbeat' }).effects).toEqual([
      { type: 'renewStaged', attachmentIds: ['a-draft'] },
    ]);
  });

  it('are uploaded again when the server let go of them', () => {
    const asked = ['a-draft', 'a-leaving'];
    const { state, did } = run({ uploads, outgoing }, { type: 'renewed', asked, alive: new Set() });
    expect(statuses(state)).toEqual(['draft uploading', 'leaving staged', 'moving uploading']);
    expect(did('upload')).toHaveLength(1);
  });
});
