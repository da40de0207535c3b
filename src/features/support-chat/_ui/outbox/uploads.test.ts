import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { exampleStaged } from '#tests/support/chat-examples.ts';
import type { LocalFiles, StoredUpload } from './local-files.ts';
import { createUploads } from './uploads.ts';

beforeEach(() => vi.stubGlobal('navigator', { onLine: true }));
afterEach(() => vi.unstubAllGlobals());

function keepInMemory(): LocalFiles {
  const kept = new Map<string, StoredUpload>();
  const settled = async () => undefined;
  return {
    inherit: async () => ({ uploads: [], outgoing: [] }),
    putUpload: async (upload) => void kept.set(upload.id, { ...upload, owner: 't', viewerId: 'v', resumeUrl: null }),
    async patchUpload(id, patch) {
      const known = kept.get(id);
      if (known) kept.set(id, { ...known, ...patch });
    },
    findUpload: async (id) => kept.get(id) ?? null,
    deleteUpload: async (id) => void kept.delete(id),
    putOutgoing: settled,
    deleteOutgoing: settled,
  };
}

/** Resumable, as `upload-tus.ts` is: a kept address leads to what came of the upload, without a byte. */
function openUploads() {
  const localFiles = keepInMemory();
  const arrived: string[] = [];
  const discarded: string[] = [];
  const uploads = createUploads({
    chooseTransport: () => async (job) => {
      let url = (await localFiles.findUpload(job.id))?.resumeUrl;
      if (!url) {
        url = `upload-${arrived.length + 1}`;
        arrived.push(url);
        await localFiles.patchUpload(job.id, { resumeUrl: url });
      }
      return exampleStaged({ id: url });
    },
    localFiles,
    carriesPlace: async () => false,
    discardStaged: async (attachmentId) => void discarded.push(attachmentId),
  });
  const attachmentIds = () => uploads.store.get().map(({ attachment }) => attachment?.id);
  return { uploads, localFiles, arrived, discarded, attachmentIds };
}

it('carries the bytes of a restarted file anew, instead of finding the attachment that was refused', async () => {
  const { uploads, localFiles, arrived, discarded, attachmentIds } = openUploads();
  const id = uploads.add(new Blob(['words'], { type: 'text/plain' }), 'words.txt', 'd');
  await expect.poll(attachmentIds).toEqual(['upload-1']);
  uploads.restart(id);
  await expect.poll(attachmentIds).toEqual(['upload-2']);
  expect(arrived).toEqual(['upload-1', 'upload-2']);
  expect(discarded).toEqual(['upload-1']);
  // What a reload finds is the new one, too.
  expect(await localFiles.findUpload(id)).toMatchObject({ resumeUrl: 'upload-2', attachment: { id: 'upload-2' } });
});
