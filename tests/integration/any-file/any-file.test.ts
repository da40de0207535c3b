import { beforeAll, describe, expect, it } from 'vitest';
import { sendFile } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';
import { type CustomerFile, customerFiles, refusedFiles } from './customer-files.ts';

const server = useServer();
let files: CustomerFile[];
beforeAll(async () => {
  files = await customerFiles();
});

/** The file name that a browser would save, from `filename*` (RFC 8187). */
function savedName(disposition: string): string {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return extended ? decodeURIComponent(extended) : (/filename="([^"]*)"/.exec(disposition)?.[1] ?? '');
}

describe('whatever a customer attaches', () => {
  it('arrives, keeps its name and opens for support as it was', async () => {
    const [anna, sofia] = [await server.as('anna'), await server.as('sofia')];
    for (const { name, bytes, kind, mimeType, inline } of files) {
      const sent = await sendFile(anna, { name, bytes });
      expect([name, sent.attachment.name, sent.attachment.kind]).toEqual([name, name, kind]);
      const response = await sofia.fetch(sent.path);
      expect([name, response.status]).toEqual([name, 200]);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes), `${name}: bytes`).toBe(true);
      const disposition = response.headers.get('content-disposition') ?? '';
      expect(savedName(disposition)).toBe(name);
      if (inline !== undefined) expect([name, disposition.startsWith('inline')]).toEqual([name, inline]);
      if (mimeType) expect(response.headers.get('content-type')?.split(';')[0]).toBe(mimeType);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each(refusedFiles)('$name is refused before it is stored', async ({ name, bytes }) => {
    const response = await (await server.as('anna')).postUpload({ name, bytes });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'ATTACHMENT_TYPE_NOT_ALLOWED' } });
  });
});
