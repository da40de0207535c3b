/** The part of `Upload-Metadata` that means something here. */
export interface UploadMetadata {
  filename: string;
  filetype: string;
  dialogId: string | undefined;
}

const MAX_NAME_LENGTH = 4096;
const KEY = /^[\x21-\x2b\x2d-\x7e]+$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads `Upload-Metadata` (tus 1.0, "Upload-Metadata"): pairs of a key and a base64 value, by commas. Keys that mean
 * nothing here are passed over, since every client sends some of its own. `name` and `type` are what Uppy calls them.
 * Null when it is malformed.
 */
export function parseUploadMetadata(header: string | undefined): UploadMetadata | null {
  const values = new Map<string, string>();
  for (const pair of header?.trim() ? header.split(',') : []) {
    const [key = '', value = '', ...rest] = pair.trim().split(' ');
    if (!KEY.test(key) || !BASE64.test(value) || rest.length > 0 || values.has(key)) return null;
    values.set(key, Buffer.from(value, 'base64').toString('utf8').replaceAll('\0', '').toWellFormed());
  }
  return {
    filename: (values.get('filename') ?? values.get('name') ?? '').slice(0, MAX_NAME_LENGTH),
    filetype: (values.get('filetype') ?? values.get('type') ?? '').slice(0, 255),
    dialogId: values.get('dialogId') || undefined,
  };
}

export function formatUploadMetadata(metadata: Pick<UploadMetadata, 'filename' | 'filetype'>): string {
  const pair = (key: string, value: string) => `${key} ${Buffer.from(value).toString('base64')}`.trimEnd();
  return [pair('filename', metadata.filename), pair('filetype', metadata.filetype)].join(',');
}
