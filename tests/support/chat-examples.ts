import type { MessageDto, StagedAttachmentDto } from '#features/support-chat/_api/types.ts';
import type { Outgoing } from '#features/support-chat/_ui/outbox/outgoing.ts';
import type { Upload } from '#features/support-chat/_ui/outbox/upload.ts';

/** Complete values for unit tests of the pages, so that a test names only the fields it is about. */

/** A message of Anna's as the API returns it. */
export function exampleMessage(change: Partial<MessageDto> & Pick<MessageDto, 'id'>): MessageDto {
  return {
    dialogId: 'd',
    clientMessageId: null,
    senderType: 'USER',
    sender: { id: 'anna', name: 'Anna' },
    text: change.id,
    attachments: [],
    createdAt: '2026-01-01T10:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    readAt: null,
    ...change,
  };
}

/** A queued upload of the browser's outbox. */
export function exampleUpload(change: Partial<Upload> & Pick<Upload, 'id'>): Upload {
  return {
    dialogId: 'd',
    name: `${change.id}.png`,
    mimeType: 'image/png',
    file: new Blob(),
    sizeBytes: 100,
    kind: 'image',
    localUrl: null,
    width: null,
    height: null,
    carriesPlace: false,
    status: 'queued',
    sentBytes: 0,
    storedBytes: 0,
    bytesPerSecond: null,
    problem: null,
    tries: 0,
    retryAt: null,
    attachment: null,
    resumeUrl: null,
    ...change,
  };
}

/** A staged attachment as the upload route returns it. */
export function exampleStaged(change: Partial<StagedAttachmentDto> = {}): StagedAttachmentDto {
  return {
    id: 'att',
    name: 'a.png',
    mimeType: 'image/png',
    sizeBytes: 100,
    kind: 'image',
    url: '/x',
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
    ...change,
  };
}

/** A message of the browser's outbox, waiting to be sent. */
export function exampleOutgoing(change: Partial<Outgoing> & Pick<Outgoing, 'clientMessageId'>): Outgoing {
  return {
    dialogId: 'd',
    topic: null,
    text: change.clientMessageId,
    uploadIds: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    status: 'waiting',
    problem: null,
    tries: 0,
    retryAt: null,
    ...change,
  };
}
