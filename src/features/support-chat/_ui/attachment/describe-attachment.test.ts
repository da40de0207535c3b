import { describe, expect, it } from 'vitest';
import type { AttachmentDto } from '../../_api/types.ts';
import { canView, downloadUrl, findPicture, groupAttachments } from './describe-attachment.ts';

function attachment(change: Partial<AttachmentDto>): AttachmentDto {
  return {
    id: 'a',
    name: 'a.jpg',
    mimeType: 'image/jpeg',
    sizeBytes: 1_000,
    kind: 'image',
    url: '/a',
    thumbnailUrl: null,
    previewUrl: null,
    width: 10,
    height: 10,
    thumbhash: null,
    durationSeconds: null,
    pageCount: null,
    waveform: null,
    previewState: 'none',
    lost: false,
    ...change,
  };
}

describe('how an attachment is shown', () => {
  it('prefers the small rendition and falls back to the original', () => {
    expect(findPicture(attachment({ thumbnailUrl: '/t' })).url).toBe('/t');
    expect(findPicture(attachment({ previewState: 'failed' })).url).toBe('/a');
  });

  it('lets a GIF move', () => {
    expect(findPicture(attachment({ mimeType: 'image/gif', thumbnailUrl: '/t', previewUrl: '/p' })).url).toBe('/p');
  });

  it('waits for the rendition of a large photo instead of loading it whole', () => {
    expect(findPicture(attachment({ previewState: 'pending', sizeBytes: 9_000_000 }))).toEqual({
      state: 'pending',
      url: null,
    });
    expect(findPicture(attachment({ previewState: 'pending' })).state).toBe('shown');
  });

  it('never draws what this browser cannot, nor what may hold scripts', () => {
    expect(findPicture(attachment({ mimeType: 'image/heic', previewState: 'failed' })).state).toBe('none');
    expect(findPicture(attachment({ mimeType: 'image/svg+xml' })).state).toBe('none');
  });

  it('opens nothing that is lost', () => {
    expect(canView(attachment({}))).toBe(true);
    expect(canView(attachment({ lost: true }))).toBe(false);
    expect(canView(attachment({ kind: 'file', mimeType: 'application/zip' }))).toBe(false);
  });

  it('keeps every attachment of a message', () => {
    const all = [
      attachment({ id: '1', kind: 'pdf', mimeType: 'application/pdf' }),
      attachment({ id: '2' }),
      attachment({ id: '3', kind: 'audio', mimeType: 'audio/mpeg' }),
      attachment({ id: '4', lost: true }),
    ];
    const { tiles, audio, cards } = groupAttachments(all);
    expect([tiles, audio, cards].map((list) => list.map((a) => a.id))).toEqual([['2'], ['3'], ['1', '4']]);
  });

  it('asks for a download whatever the address already says', () => {
    expect(downloadUrl('/a')).toBe('/a?download=1');
    expect(downloadUrl('/a?variant=preview')).toBe('/a?variant=preview&download=1');
  });
});
