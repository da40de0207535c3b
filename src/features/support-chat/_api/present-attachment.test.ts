import { describe, expect, it } from 'vitest';
import { kindOf } from '#shared/file-type/media-types.ts';
import { type PresentableAttachment, presentAttachment, presentStagedAttachment } from './present-attachment.ts';

const row: PresentableAttachment = {
  id: 'a/b ?',
  dialogId: 'd&1',
  messageId: 'm',
  storagePath: 'support-chat/secret/path',
  storageDriver: 's3',
  mimeType: 'image/png',
  sizeBytes: 5,
  originalName: 'я.png',
  createdByUserId: 'u',
  status: 'LINKED',
  etag: 'e',
  lastModified: new Date(0),
  createdAt: new Date(0),
  updatedAt: new Date(0),
  position: 0,
  width: 3,
  height: 4,
  thumbhash: null,
  durationMs: 1500,
  pageCount: null,
  waveform: [0, 0.5, 'x'],
  previewState: 'ready',
  lostAt: null,
};

describe('a presented attachment', () => {
  it('has an address of escaped ids, and renditions only where there are some', () => {
    const plain = presentAttachment(row);
    expect(plain).toMatchObject({
      url: '/api/support-chat/attachments/d%261/a%2Fb%20%3F',
      thumbnailUrl: null,
      previewUrl: null,
      durationSeconds: 1.5,
      waveform: [0, 0.5],
    });
    const rendered = presentAttachment({ ...row, renditions: [{ variant: 'thumbnail' }] });
    expect(rendered.thumbnailUrl).toBe(`${plain.url}?variant=thumbnail`);
    expect(rendered.previewUrl).toBeNull();
  });

  it('never shows where or for whom it is stored, also when the table gets another column', () => {
    const dto = JSON.stringify(presentStagedAttachment({ ...row, ...{ newColumn: 'leak' } }));
    for (const secret of ['secret', 's3', '"u"', 'leak', 'etag']) expect(dto).not.toContain(secret);
  });

  it.each([
    ['image/heic', 'image'],
    ['VIDEO/mp4', 'video'],
    ['audio/ogg', 'audio'],
    ['application/pdf', 'pdf'],
    ['text/csv', 'text'],
    ['application/zip', 'file'],
    ['', 'file'],
  ])('of type %j is of kind %s', (mimeType, kind) => {
    expect(kindOf(mimeType)).toBe(kind);
  });
});
