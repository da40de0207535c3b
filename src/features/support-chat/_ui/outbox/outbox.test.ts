import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { exampleMessage, exampleStaged } from '#tests/support/chat-examples.ts';
import type { Drafts } from './drafts.ts';
import type { LocalStore, Orphans } from './local-store.ts';
import { Outbox, SendFailure } from './outbox.ts';
import type { SendProblem, StoredOutgoingFields } from './outgoing.ts';
import type { StoredUploadFields } from './upload.ts';
import type { UploadTransport } from './upload-transport.ts';

beforeEach(() => {
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', new EventTarget());
});
afterEach(() => vi.unstubAllGlobals());

/** A browser's store as a later tab finds it. */
function openStore(orphans: Orphans = { uploads: [], outgoing: [] }) {
  const uploads = new Map(orphans.uploads.map((one) => [one.id, one]));
  const outgoing = new Map(orphans.outgoing.map((one) => [one.clientMessageId, one]));
  const localStore: LocalStore = {
    claimOrphans: async () => orphans,
    putUpload: async (upload) => void uploads.set(upload.id, upload),
    async patchUpload(id, patch) {
      const known = uploads.get(id);
      if (known) uploads.set(id, { ...known, ...patch });
    },
    deleteUpload: async (id) => void uploads.delete(id),
    putOutgoing: async (messages) => messages.forEach((one) => void outgoing.set(one.clientMessageId, one)),
    deleteOutgoing: async (id) => void outgoing.delete(id),
  };
  return { localStore, uploads, outgoing };
}

interface World {
  orphans?: Orphans;
  drafts?: Drafts;
  transport?: UploadTransport;
}

/** A tab whose server refuses for this reason until told otherwise. */
function openTab({ orphans, drafts = {}, transport = async ({ name }) => exampleStaged({ id: name }) }: World = {}) {
  const server: { problem: SendProblem | null; sent: string[]; discarded: string[] } = {
    problem: null,
    sent: [],
    discarded: [],
  };
  const kept = { drafts };
  const store = openStore(orphans);
  const accept = (text: string, attachmentIds: readonly string[]) => {
    if (server.problem) throw new SendFailure(server.problem);
    server.sent.push([text, ...attachmentIds].join(' '));
  };
  const outbox = new Outbox({
    localStore: store.localStore,
    keptDrafts: { read: () => kept.drafts, write: (changed) => void Object.assign(kept, { drafts: changed }) },
    chooseTransport: () => transport,
    api: {
      async send({ text, dialogId, clientMessageId }, attachmentIds) {
        accept(text, attachmentIds);
        return exampleMessage({ id: clientMessageId, dialogId, clientMessageId, text });
      },
      async createConversation({ text, topic }, attachmentIds) {
        accept(`${topic}: ${text}`, attachmentIds);
        return { dialogId: 'd', createdAt: '', firstMessageId: 'f' };
      },
      discardStaged: async (id) => void server.discarded.push(id),
      renewStaged: async (ids) => new Set(ids),
    },
    onAttached: () => undefined,
    onSent: () => undefined,
    onCreated: () => undefined,
  });
  const stop = outbox.start();
  const write = (text: string, dialogId: string | null = 'd') => {
    outbox.dispatch({ type: 'typed', key: dialogId ?? 'new', text });
    outbox.send(dialogId, 'Topic');
  };
  return { server, kept, store, outbox, stop, write };
}

const csv = { file: new Blob(['1;2'], { type: 'text/csv' }), name: 'table.csv' };

it('sends what the network held up in its order, once the server is back', async () => {
  const { server, outbox, write } = openTab();
  server.problem = 'NETWORK';
  for (const text of ['first', 'second', 'third']) write(text);
  await expect.poll(() => outbox.store.get().outgoing[0]?.problem).toBe('NETWORK');
  server.problem = null;
  outbox.dispatch({ type: 'reachable' });
  await expect.poll(() => server.sent).toEqual(['first', 'second', 'third']);
});

it('tries nothing while the device is offline, and all of it when the network is back', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  const { server, write, outbox } = openTab();
  outbox.addFiles('d', [csv]);
  write('from the train');
  await Promise.resolve();
  expect(server.sent).toEqual([]);
  vi.stubGlobal('navigator', { onLine: true });
  window.dispatchEvent(new Event('online'));
  await expect.poll(() => server.sent).toEqual(['from the train table.csv']);
});

it('begins a conversation and tells who listens', async () => {
  const { server, write, outbox } = openTab();
  const begun: string[] = [];
  outbox.onConversationCreated((dialogId) => begun.push(dialogId));
  write('hello', null);
  await expect.poll(() => begun).toEqual(['d']);
  expect(server.sent).toEqual(['Topic: hello']);
});

it('stores a message with its file before its draft goes, and forgets both once it is sent', async () => {
  const { server, kept, store, outbox, write } = openTab();
  server.problem = 'BAD_REQUEST';
  outbox.addFiles('d', [csv]);
  write('hello');
  expect(store.outgoing.size).toBe(1);
  await expect.poll(() => kept.drafts).toEqual({});
  await expect.poll(() => [...store.uploads.values()].map(({ attachment }) => attachment?.id)).toEqual(['table.csv']);
  await expect.poll(() => outbox.store.get().outgoing[0]?.status).toBe('failed');
  server.problem = null;
  outbox.dispatch({ type: 'messageRetried', id: [...store.outgoing.keys()][0] ?? '' });
  await expect.poll(() => [store.outgoing.size, store.uploads.size]).toEqual([0, 0]);
});

it('recovers what a closed tab left: its message goes, its draft stays, what nobody wants is deleted', async () => {
  const upload = (id: string): StoredUploadFields => ({
    ...{ id, dialogId: 'd', name: `${id}.csv`, mimeType: 'text/csv', file: csv.file, width: null, height: null },
    ...{ attachment: null, resumeUrl: null },
  });
  const message: StoredOutgoingFields = {
    ...{ clientMessageId: 'm', dialogId: 'd', topic: null, text: 'before the reload' },
    ...{ uploadIds: ['promised'], createdAt: '2026-01-01' },
  };
  const drafts = { d: { text: 'half a', uploadIds: ['drafted', 'lost'] } };
  const orphans = { uploads: [upload('promised'), upload('drafted'), upload('nobodys')], outgoing: [message] };
  const { server, kept, store } = openTab({ orphans, drafts });
  await expect.poll(() => server.sent).toEqual(['before the reload promised.csv']);
  expect(kept.drafts).toEqual({ d: { text: 'half a', uploadIds: ['drafted'] } });
  await expect.poll(() => [...store.uploads.keys()]).toEqual(['drafted']);
});

it('resumes a broken upload at the address it was given, also after a reload', async () => {
  const addresses: (string | null)[] = [];
  const { outbox, store } = openTab({
    async transport({ resumeUrl, onAddress }) {
      addresses.push(resumeUrl);
      onAddress('/tus/1');
      if (resumeUrl === null) throw new Error('broken');
      return exampleStaged();
    },
  });
  outbox.addFiles('d', [csv]);
  await expect.poll(() => outbox.store.get().uploads[0]?.status).toBe('failed');
  expect([...store.uploads.values()]).toMatchObject([{ resumeUrl: '/tus/1' }]);
  outbox.dispatch({ type: 'fileRetried', uploadId: outbox.store.get().uploads[0]?.id ?? '' });
  await expect.poll(() => outbox.store.get().uploads[0]?.status).toBe('staged');
  expect(addresses).toEqual([null, '/tus/1']);
});

it('discards a file that arrives in the moment it is taken back', async () => {
  const line = Promise.withResolvers<void>();
  const { server, outbox } = openTab({
    async transport() {
      await line.promise;
      return exampleStaged({ id: 'late' });
    },
  });
  outbox.addFiles('d', [csv]);
  outbox.dispatch({ type: 'fileRemoved', uploadId: outbox.store.get().uploads[0]?.id ?? '' });
  line.resolve();
  await expect.poll(() => server.discarded).toEqual(['late']);
  expect(outbox.store.get().uploads).toEqual([]);
});
