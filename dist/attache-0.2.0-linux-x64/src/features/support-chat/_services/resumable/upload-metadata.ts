/** The part of `Upload-Metadata` that means something here. */
export interface UploadMetadata {
  filename: string;
  filetype: string;
  dialogId: string | undefined;
  /** The header as it came; null when there was none. */
  sent: string | null;
}

const MAX_NAME_LENGTH = 4096;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** The last three are what Uppy sends whether or not anybody asked for it. */
const KNOWN_KEYS = new Set(['filename', 'filetype', 'dialogId', 'name', 'type', 'relativePath']);

/**
 * Reads `Upload-Metadata` (tus 1.0, "Upload-Metadata"): pairs of a key and a base64 value, by commas. An unknown key
 * (`status`, `storagePath`, `userId`…) is refused as in any other input (THREATS.md 14); `name` and `type` are what Uppy
 * calls them. Null when it is malformed.
 */
export function parseUploadMetadata(header: string | undefined): UploadMetadata | null {
  const values = new Map<string, string>();
  for (const pair of header?.trim() ? header.split(',') : []) {
    const [key = '', value = '', ...rest] = pair.trim().split(' ');
    if (!KNOWN_KEYS.has(key) || !BASE64.test(value) || rest.length > 0 || values.has(key)) return null;
    values.set(key, Buffer.from(value, 'base64').toString('utf8').replaceAll('\0', '').toWellFormed());
  }
  return {
    filename: (values.get('filename') ?? values.get('name') ?? '').slice(0, MAX_NAME_LENGTH),
    filetype: (values.get('filetype') ?? values.get('type') ?? '').slice(0, 255),
    dialogId: values.get('dialogId') || undefined,
    sent: header?.trim() || null,
  };
}
