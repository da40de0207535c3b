import { describe, expect, it } from 'vitest';
import { exampleOutgoing, exampleStaged, exampleUpload } from '#tests/support/chat-examples.ts';
import { findRenewable } from './keep-staged.ts';
import type { Outgoing } from './outbox-state.ts';
import type { Upload } from './upload-queue.ts';

const upload = (id: string, status: Upload['status']) =>
  exampleUpload({ id, status, attachment: status === 'staged' ? exampleStaged({ id: `a-${id}` }) : null });

const outgoing = (status: Outgoing['status'], uploadIds: string[]) =>
  exampleOutgoing({ clientMessageId: 'm', status, uploadIds });

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
