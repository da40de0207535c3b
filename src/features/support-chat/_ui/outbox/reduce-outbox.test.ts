import { describe, expect, it } from 'vitest';
import { exampleOutgoing, exampleStaged, exampleUpload } from '#tests/support/chat-examples.ts';
import { runOutbox as run } from '#tests/support/run-outbox.ts';
import type { OutboxEvent, OutboxState } from './outbox-events.ts';
import type { Outgoing } from './outgoing.ts';
import { findNextWake, reduceOutbox } from './reduce-outbox.ts';
import { maxParallelUploads, type Upload } from './upload.ts';

const upload = (id: string, change: Partial<Upload> = {}) => exampleUpload({ id, ...change });
const staged = (id: string, change: Partial<Upload> = {}) =>
  upload(id, { status: 'staged', attachment: exampleStaged({ id: `a-${id}` }), ...change });
const message = (id: string, change: Partial<Outgoing> = {}) => exampleOutgoing({ clientMessageId: id, ...change });
const statuses = (state: OutboxState) => state.uploads.map(({ id, status }) => `${id} ${status}`);
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
