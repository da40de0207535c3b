import { describe, expect, it } from 'vitest';
import type { StagedAttachmentDto } from '../../dto/chat-dto.ts';
import { findRenewable } from './keep-staged.ts';
import type { Outgoing } from './outbox-state.ts';
import type { Upload } from './upload-queue.ts';

const staged: StagedAttachmentDto = {
  id: '',
  name: '',
  mimeType: '',
  sizeBytes: 1,
  kind: 'file',
  url: '',
  thumbnailUrl: null,
  previewUrl: null,
  width: null,
  height: null,
  thumbhash: null,
  durationSeconds: null,
  pageCount: null,
  waveform: null,
  previewState: 'none',
  lost: false,
  status: 'UPLOADED',
  dialogId: 'd',
};

function upload(id: string, status: Upload['status']): Upload {
  return {
    id,
    dialogId: 'd',
    name: id,
    mimeType: '',
    sizeBytes: 1,
    kind: 'file',
    localUrl: null,
    width: null,
    height: null,
    carriesPlace: false,
    status,
    sentBytes: 1,
    storedBytes: 0,
    bytesPerSecond: null,
    problem: null,
    tries: 0,
    retryAt: null,
    attachment: status === 'staged' ? { ...staged, id: `a-${id}` } : null,
  };
}

function outgoing(status: Outgoing['status'], uploadIds: string[]): Outgoing {
  return {
    clientMessageId: 'm',
    dialogId: 'd',
    topic: null,
    text: '',
    uploadIds,
    createdAt: '',
    status,
    problem: null,
    tries: 0,
    retryAt: null,
  };
}

describe('staged files of an open page', () => {
  it('are renewed while they wait in a draft or for the network', () => {
    const uploads = [upload('draft', 'staged'), upload('queued', 'staged'), upload('moving', 'uploading')];
    expect(findRenewable(uploads, [outgoing('waiting', ['queued', 'moving'])])).toEqual([
      { id: 'draft', attachmentId: 'a-draft' },
      { id: 'queued', attachmentId: 'a-queued' },
    ]);
  });

  it('are left alone while their message is being sent: it may take them before the answer comes', () => {
    expect(findRenewable([upload('a', 'staged')], [outgoing('sending', ['a'])])).toEqual([]);
  });
});
