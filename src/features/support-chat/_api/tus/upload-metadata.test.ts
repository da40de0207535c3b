import { describe, expect, it } from 'vitest';
import { parseUploadMetadata } from './upload-metadata.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the metadata of an upload', () => {
  it('tells name, type and dialog, and passes over what Uppy adds', () => {
    const header = `relativePath bnVsbA==,filename ${base64('паспорт.png')},filetype ${base64('image/png')},dialogId ${base64('d1')}`;
    expect(parseUploadMetadata(header)).toEqual({
      filename: 'паспорт.png',
      filetype: 'image/png',
      dialogId: 'd1',
      sent: header,
    });
  });

  it('knows the names that Uppy uses, and may be missing', () => {
    const sent = `name ${base64('a.txt')}, type ${base64('text/plain')}`;
    const uppy = parseUploadMetadata(sent);
    expect(uppy).toEqual({ filename: 'a.txt', filetype: 'text/plain', dialogId: undefined, sent });
    expect(parseUploadMetadata(undefined)).toEqual({ filename: '', filetype: '', dialogId: undefined, sent: null });
  });

  it('cannot carry a field that nobody knows', () => {
    for (const key of ['status', 'storagePath', 'userId', 'sizeBytes', '__proto__']) {
      expect(parseUploadMetadata(`filename YQ==,${key} YQ==`)).toBeNull();
    }
  });

  it('is refused when it is malformed: no base64, a key twice, an empty key', () => {
    for (const header of ['filename a*b', 'filename YQ==,filename Yg==', ',', 'a b c', 'ключ YQ==']) {
      expect(parseUploadMetadata(header)).toBeNull();
    }
  });

  it('cannot bring what the database cannot hold', () => {
    const parsed = parseUploadMetadata(`filename ${Buffer.from([0x61, 0, 0xff, 0x62]).toString('base64')}`);
    expect(parsed?.filename).toBe('a\ufffdb');
  });
});
