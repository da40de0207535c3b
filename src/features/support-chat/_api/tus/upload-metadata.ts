import { MAX_FILE_NAME_LENGTH } from '../../_domain/attachment-schema.ts';
import type { UploadMetadata } from '../../_services/resumable/resumable-uploads.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** The last three are what Uppy sends whether or not anybody asked for it. */
const KNOWN_KEYS = new Set(['filename', 'filetype', 'dialogId', 'name', 'type', 'relativePath']);

/**
 * Reads `Upload-Metadata` (https://tus.io/protocols/resumable-upload#upload-metadata): comma-separated pairs of a key and
 * a base64 value. An unknown key (`status`, `userId`…) is refused as in any other input (docs/threat-model.md 14);
 * `name` and `type` are Uppy's keys. Null when it is malformed.
 */
export function parseUploadMetadata(header: string | undefined): UploadMetadata | null {
  const values = new Map<string, string>();
  for (const pair of header?.trim() ? header.split(',') : []) {
    const [key = '', value = '', ...rest] = pair.trim().split(' ');
    if (!KNOWN_KEYS.has(key) || !BASE64.test(value) || rest.length > 0 || values.has(key)) return null;
    values.set(key, Buffer.from(value, 'base64').toString('utf8').replaceAll('\0', '').toWellFormed());
  }
  return {
    filename: (values.get('filename') ?? values.get('name') ?? '').slice(0, MAX_FILE_NAME_LENGTH),
    filetype: (values.get('filetype') ?? values.get('type') ?? '').slice(0, 255),
    dialogId: values.get('dialogId') || undefined,
    sent: header?.trim() || null,
  };
}
