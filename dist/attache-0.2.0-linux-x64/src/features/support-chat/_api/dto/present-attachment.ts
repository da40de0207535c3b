import type { AttachmentWithRenditions, RenditionVariant } from '#entities/support-chat/_domain/attachment.ts';
import type { JsonValue } from '#entities/support-chat/_domain/json-value.ts';
import type { ParsedLegacyAttachment } from '#entities/support-chat/_domain/legacy-attachment.ts';
import { kindOf } from '#shared/file-type/allowed-types.ts';
import type { AttachmentDto, StagedAttachmentDto } from './chat-dto.ts';

/** What presenting needs of a row; renditions may be left out where there can be none yet. */
export type PresentableAttachment = Omit<AttachmentWithRenditions, 'renditions'> &
  Partial<Pick<AttachmentWithRenditions, 'renditions'>>;

/** Field by field: a column that is added to the table does not reach a page by itself. */
export function presentAttachment(row: PresentableAttachment): AttachmentDto {
  const url = attachmentUrl(row.dialogId, row.id);
  const variantUrl = (variant: RenditionVariant) =>
    row.renditions?.some((rendition) => rendition.variant === variant) ? `${url}?variant=${variant}` : null;
  return {
    id: row.id,
    name: row.originalName,
    mimeType: row.mimeType,
    sizeBytes: row.sizeBytes,
    kind: kindOf(row.mimeType),
    url,
    thumbnailUrl: variantUrl('thumbnail'),
    previewUrl: variantUrl('preview'),
    width: row.width,
    height: row.height,
    thumbhash: row.thumbhash,
    durationSeconds: row.durationMs === null ? null : row.durationMs / 1000,
    pageCount: row.pageCount,
    waveform: asPeaks(row.waveform),
    previewState: asPreviewState(row.previewState),
    lost: row.lostAt !== null,
  };
}

/** A file that is stored and waits for its message; only its uploader may be shown it. */
export function presentStagedAttachment(row: PresentableAttachment): StagedAttachmentDto {
  return { ...presentAttachment(row), status: 'UPLOADED', dialogId: row.dialogId };
}

/** A file that only the JSON of its message knows. Without a path or a size it can not be served any more. */
export function presentLegacyAttachment(dialogId: string, entry: ParsedLegacyAttachment): AttachmentDto {
  return {
    id: entry.id,
    name: entry.name,
    mimeType: entry.type,
    sizeBytes: entry.sizeBytes ?? 0,
    kind: kindOf(entry.type),
    url: attachmentUrl(dialogId, entry.id),
    thumbnailUrl: null,
    previewUrl: null,
    width: null,
    height: null,
    thumbhash: null,
    durationSeconds: null,
    pageCount: null,
    waveform: null,
    previewState: 'none',
    lost: entry.path === null || entry.sizeBytes === null,
  };
}

export function attachmentUrl(dialogId: string, attachmentId: string): string {
  return `/api/support-chat/attachments/${encodeURIComponent(dialogId)}/${encodeURIComponent(attachmentId)}`;
}

function asPreviewState(state: string): AttachmentDto['previewState'] {
  return state === 'pending' || state === 'ready' || state === 'failed' ? state : 'none';
}

function asPeaks(waveform: JsonValue | null): number[] | null {
  if (!Array.isArray(waveform)) return null;
  return waveform.filter((peak) => typeof peak === 'number');
}
