import { announcedOffset, type ResumableUpload } from '#entities/support-chat/_domain/resumable-upload.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/types.ts';
import { errorResponse, type HttpResponse, jsonResponse } from '#shared/http/http-response.ts';
import { presentStagedAttachment } from '../present-attachment.ts';

export const TUS_PATH = '/api/support-chat/uploads/resumable';
export const TUS_VERSION = '1.0.0';
const EXTENSIONS = 'creation,creation-with-upload,expiration,termination';

/** Every answer says which protocol it speaks (tus 1.0, "Tus-Resumable"). */
export function asTusResponse(answer: HttpResponse): HttpResponse {
  return { ...answer, headers: { ...answer.headers, 'Tus-Resumable': TUS_VERSION } };
}

export function optionsResponse(maxBytes: number): HttpResponse {
  const headers = { 'Tus-Version': TUS_VERSION, 'Tus-Extension': EXTENSIONS, 'Tus-Max-Size': String(maxBytes) };
  return emptyResponse(204, headers);
}

export function wrongVersionResponse(): HttpResponse {
  return refusal(412, 'TUS_VERSION_NOT_SUPPORTED', `This address speaks tus ${TUS_VERSION}.`, {
    'Tus-Version': TUS_VERSION,
  });
}

export function methodNotAllowed(allow: string): HttpResponse {
  return errorResponse('METHOD_NOT_ALLOWED', { headers: { Allow: allow } });
}

export function invalidResponse(message: string): HttpResponse {
  return errorResponse('INVALID_UPLOAD', { message });
}

export function wrongContentTypeResponse(): HttpResponse {
  return refusal(415, 'INVALID_UPLOAD', 'Send the bytes as application/offset+octet-stream.');
}

export function wrongOffsetResponse(): HttpResponse {
  return refusal(409, 'UPLOAD_OFFSET_MISMATCH', 'The upload stands at another offset. Ask for it with HEAD.');
}

export function lockedResponse(): HttpResponse {
  return refusal(423, 'UPLOAD_LOCKED', 'Another request still works on this upload. Try again.', {
    'Retry-After': '1',
  });
}

/** How far the upload is: the answer to HEAD. */
export function stateResponse(upload: ResumableUpload): HttpResponse {
  return emptyResponse(200, {
    ...progressHeaders(upload),
    'Upload-Length': String(upload.lengthBytes),
    ...(upload.sentMetadata !== null && { 'Upload-Metadata': upload.sentMetadata }),
  });
}

/** The answer to GET, for a page that lost the last answer of its upload. */
export function recordResponse(upload: ResumableUpload, attachment: ChatAttachment | null): HttpResponse {
  const shown = attachment?.status === 'UPLOADED' ? presentStagedAttachment(attachment) : null;
  return jsonResponse(200, { attachment: shown }, progressHeaders(upload));
}

export function createdResponse(upload: ResumableUpload, attachment: ChatAttachment | null): HttpResponse {
  const headers = { ...progressHeaders(upload), Location: `${TUS_PATH}/${upload.id}` };
  return attachment === null ? emptyResponse(201, headers) : finished(201, attachment, headers);
}

/**
 * The answer to PATCH; with the last one comes the attachment. tus 1.0 knows no answer but 204, and some clients take
 * nothing else (go-tus): they ask for it with `Prefer: return=minimal` and find the attachment by its header.
 */
export function progressResponse(
  upload: ResumableUpload,
  attachment: ChatAttachment | null,
  isMinimal: boolean,
): HttpResponse {
  const headers = progressHeaders(upload);
  if (attachment === null) return emptyResponse(204, headers);
  if (isMinimal) return emptyResponse(204, { ...headers, 'Preference-Applied': 'return=minimal' });
  return finished(200, attachment, headers);
}

export function deletedResponse(): HttpResponse {
  return emptyResponse(204, {});
}

function finished(status: number, attachment: ChatAttachment, headers: Record<string, string>): HttpResponse {
  return jsonResponse(status, { attachment: presentStagedAttachment(attachment) }, headers);
}

function progressHeaders(upload: ResumableUpload): Record<string, string> {
  return {
    'Upload-Offset': String(announcedOffset(upload)),
    'Upload-Expires': upload.expiresAt.toUTCString(),
    ...(upload.attachmentId !== null && { 'Attachment-Id': upload.attachmentId }),
  };
}

function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): HttpResponse {
  return jsonResponse(status, { error: { code, message } }, headers);
}

function emptyResponse(status: number, headers: Record<string, string>): HttpResponse {
  const common = { 'Cache-Control': 'no-store', Vary: 'Cookie', 'X-Content-Type-Options': 'nosniff' };
  // 204 has no length (RFC 9110, 8.6).
  return { status, headers: { ...common, ...(status !== 204 && { 'Content-Length': '0' }), ...headers }, body: '' };
}
