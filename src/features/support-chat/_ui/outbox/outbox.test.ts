import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exampleMessage, exampleStaged } from '#tests/support/chat-examples.ts';
import { textWaitsMs } from './divide-outgoing.ts';
import type { LocalFiles } from './local-files.ts';
import { createOutbox, SendFailure } from './outbox.ts';
import type { SendProblem } from './outbox-state.ts';
import { createUploads } from './uploads.ts';

beforeEach(() => vi.stubGlobal('navigator', { onLine: true }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settled = async () => undefined;
const localFiles: LocalFiles = {
  inherit: async () => ({ uploads: [], outgoing: [] }),
  putUpload: settled,
  patchUpload: settled,
  findUpload: async () => null,
  deleteUpload: settled,
  putOutgoing: settled,
  deleteOutgoing: settled,
};

/** A server that refuses for this reason until told otherwise, and what it has taken. */
function openOutbox() {
  const server: { problem: SendProblem | null; taken: string[] } = { problem: 'NETWORK', taken: [] };
  const line = Promise.withResolvers<void>();
  const begun: { topic: string | null; text: string; attachmentIds: string[] }[] = [];
  const uploads = createUploads({
    chooseTransport: () => async (job) => {
      await line.promise;
      return exampleStaged({ id: job.name });
    },
    localFiles,
    carriesPlace: async () => false,
    discardStaged: settled,
  });
  const outbox = createOutbox({
    uploads,
    localFiles,
    api: {
      async send({ text, dialogId, clientMessageId }) {
        if (server.problem) throw new SendFailure(server.problem);
        server.taken.push(text);
        return exampleMessage({ id: clientMessageId, dialogId, clientMessageId, text });
      },
      async createDialog({ topic, text }, attachmentIds) {
        if (server.problem) throw new SendFailure(server.problem);
        begun.push({ topic, text, attachmentIds });
        return 'd';
      },
    },
    onSent: () => undefined,
    onAttached: () => undefined,
  });
  const write = (text: string) => outbox.enqueue({ dialogId: 'd', topic: null, text, uploadIds: [] });
  const problems = () => outbox.store.get().map(({ problem }) => problem);
  return { server, outbox, uploads, line, begun, write, problems };
}

describe('an outbox whose server was away', () => {
  it.each(['NETWORK', 'UNAUTHORIZED'] as const)(
    'sends what %s held up, in its order, once it is back',
    async (problem) => {
      const { server, outbox, write, problems } = openOutbox();
      server.problem = problem;
      write('first');
      await expect.poll(problems).toEqual([problem]);
      write('second');
      write('third');
      await expect.poll(() => problems()[0]).toBe(problem);
      server.problem = null;
      outbox.retryHeldUp();
      await expect.poll(() => server.taken).toEqual(['first', 'second', 'third']);
      expect(outbox.store.get()).toEqual([]);
    },
  );

  it('leaves alone what was refused for another reason', async () => {
    const { server, outbox, write, problems } = openOutbox();
    server.problem = 'BAD_REQUEST';
    write('refused');
    await expect.poll(problems).toEqual(['BAD_REQUEST']);
    server.problem = null;
    outbox.retryHeldUp();
    write('after it');
    await expect.poll(() => server.taken).toEqual(['after it']);
    expect(problems()).toEqual(['BAD_REQUEST']);
  });

  it('tries at once what pauses between two tries when the person goes on writing', async () => {
    const { server, write, problems } = openOutbox();
    write('first');
    await expect.poll(problems).toEqual(['NETWORK']);
    server.problem = null;
    write('second');
    await expect.poll(() => server.taken).toEqual(['first', 'second']);
  });
});

it('begins the conversation under its topic with the files, when the text that went before them is given up', async () => {
  const { server, outbox, uploads, line, begun, problems } = openOutbox();
  server.problem = 'BAD_REQUEST';
  const file = uploads.add(new Blob(['1;2']), 'table.csv', null);
  vi.useFakeTimers();
  const first = outbox.enqueue({ dialogId: null, topic: 'Invoice', text: 'refused', uploadIds: [file] });
  await vi.advanceTimersByTimeAsync(textWaitsMs);
  vi.useRealTimers();
  await expect.poll(problems).toEqual(['BAD_REQUEST', null]);
  outbox.remove(first);
  server.problem = null;
  line.resolve();
  await expect.poll(() => begun).toEqual([{ topic: 'Invoice', text: '', attachmentIds: ['table.csv'] }]);
});
