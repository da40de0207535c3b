import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filePart, multipart, postBody } from '#tests/support/multipart.ts';
import { filesBelow, noisePng, sendFile } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_MAX_STAGED: '500' } });

describe('T09 replay through a shared cache', () => {
  it('is prevented: private, no-cache, Vary: Cookie, and no Set-Cookie on bytes or errors', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: noisePng(5000), name: 'p.png' });
    const asked: Record<string, string>[] = [
      {},
      { range: 'bytes=0-9' },
      { 'if-none-match': '*' },
      { range: 'bytes=9999-' },
      { 'if-match': '"x"' },
    ];
    for (const headers of asked) {
      const answer = await anna.raw({ path, headers });
      const isAllowed = answer.status < 400;
      expect(answer.headers['cache-control']).toBe(isAllowed ? 'private, no-cache, no-transform' : 'no-store');
      expect(answer.headers.vary).toBe('Cookie');
      for (const name of [
        'set-cookie',
        'expires',
        'pragma',
        'age',
        'access-control-allow-origin',
        'content-encoding',
      ]) {
        expect(answer.headers[name], name).toBeUndefined();
      }
    }
    for (const client of [await server.as('boris'), server.anonymous()]) {
      const answer = await client.raw({ path });
      expect([answer.headers['cache-control'], answer.headers.vary]).toEqual(['no-store', 'Cookie']);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });
});

const HTML = '<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>';
const active: [string, string][] = [
  ['HTML', HTML],
  ['HTML behind white space', `\n\n   ${HTML}`],
  ['HTML behind a byte order mark', `\ufeff${HTML}`],
  ['HTML in UTF-16', `\ufeff${HTML}`],
  ['a fragment of HTML', '<img src=x onerror=alert(1)>'],
  ['XHTML', `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>`],
  ['XML with a style sheet', '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>'],
  ['JavaScript', 'fetch("/api/trpc/supportChat.userListDialogs")'],
  ['a GIF that is a script', 'GIF89a=1;alert(1)'],
  ['HTML behind the name of a PNG', `\x89PNG\r\n\x1a\n${HTML}`],
];
const claims: [string, string][] = [
  ['photo.png', 'image/png'],
  ['page.html', 'text/html'],
  ['page.txt', 'text/plain'],
  ['x.svg', 'image/svg+xml'],
  ['x.js', 'application/javascript'],
  ['x', ''],
];

describe('T11 active content', () => {
  it.each(active)('%s, under any name and claimed type, is never shown as a page', async (kind, text) => {
    const anna = await server.as('anna');
    const bytes = kind === 'HTML in UTF-16' ? Buffer.from(text, 'utf16le') : Buffer.from(text, 'utf8');
    for (const [name, type] of claims) {
      const answer = await anna.postUpload({ bytes, name, type });
      if (answer.status !== 201) {
        expect(answer.status).toBe(415);
        continue;
      }
      const { attachment } = (await answer.json()) as { attachment: { url: string; name: string } };
      const { headers } = await anna.raw({ path: attachment.url });
      expect(headers['content-type']).not.toMatch(/html|xml|script|css/);
      expect(headers['content-type']).toMatch(
        /^(text\/(plain|csv); charset=utf-(8|16le)|image\/(png|gif)|application\/octet-stream)$/,
      );
      const isText = String(headers['content-type']).startsWith('text/plain');
      if (isText && /\.(png|html|svg|js)$/.test(name)) expect(headers['content-disposition']).toMatch(/^attachment;/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';.* sandbox;/);
      const isShown = !headers['content-disposition']?.startsWith('attachment');
      if (isShown) expect(attachment.name).not.toMatch(/\.(html?|xml|js|svg)$/i);
    }
  });
});

describe('T12 an SVG with scripts', () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><a href="javascript:alert(1)"/></svg>';
  it.each([
    ['x.svg', 'image/svg+xml', svg],
    ['photo.png', 'image/png', `<?xml version="1.0" encoding="UTF-8"?>\n<!-- a comment -->\n${svg}`],
    ['x.svg', 'text/plain', `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">${svg}`],
  ])('%s claimed %s goes out as an attachment, in the sandbox', async (name, type, text) => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: text, name, type });
    for (const query of ['', '?download=1', '?variant=original']) {
      const { headers } = await anna.raw({ path: `${path}${query}` });
      expect(headers['content-disposition']).toMatch(/^attachment; /);
      expect(headers['content-security-policy']).toContain('sandbox');
      expect(headers['content-security-policy']).not.toContain('allow-');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

const names: [string, string][] = [
  ['parent folders', '../../../etc/passwd'],
  ['escaped parent folders', '%2e%2e%2f%2e%2e%2fetc%2fpasswd'],
  ['a NUL', 'a\0.txt'],
  ['an absolute path', '/etc/shadow'],
  ['a path of Windows', 'C:\\Windows\\system32\\cmd.exe'],
  ['a share', '\\\\host\\share\\x.txt'],
  ['line ends', 'a\r\nSet-Cookie: x=1\r\n\r\n<script>.txt'],
  ['quotes', 'a"b\'c`d.txt'],
  ['a semicolon', 'a.txt"; filename="b.txt'],
  ['4 KB', `${'x'.repeat(4080)}.txt`],
  ['4 KB of Cyrillic', `${'я'.repeat(2000)}.txt`],
  ['emoji', '👩‍👩‍👧‍👦 семья.txt'],
  ['a reversed ending', 'photo\u202Egnp.exe'],
  ['two endings', 'photo.png.exe'],
  ['a dot at the end', 'file.txt.'],
  ['dots alone', '...'],
  ['white space alone', '   '],
  ['nothing', ''],
  ['a name of a device', 'CON.txt'],
  ['half a code point', 'a\ud800b.txt'],
  ['percent signs', '100%25 %zz.txt'],
  ['a continuation', "x'; filename*=UTF-8''evil.txt"],
  ['control characters', 'a\x01\x1b[31m\x7f\x9f.txt'],
];

describe('T13 a hostile name', () => {
  it.each(names)('with %s is refused, or becomes one well-formed header and a harmless name', async (_, name) => {
    const anna = await server.as('anna');
    // As a program sends it inside a call, where every character can be written; and as multipart, where most can.
    const inline = {
      filename: name,
      mimeType: 'text/plain',
      sizeBytes: 5,
      base64: Buffer.from('hello').toString('base64'),
    };
    const answers: { url: string; name: string }[] = [];
    const form = multipart([filePart('hello', name.replace(/[\r\n"\0]/g, '_'))]);
    if (/\.exe$/.test(name)) {
      await expect(anna.mutate('supportChat.createDialog', { attachments: [inline] })).rejects.toThrow('not accepted');
      expect((await postBody(anna, form)).status).toBe(415);
      return;
    }
    if (name !== '') {
      const { dialogId } = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
        attachments: [inline],
      });
      const { items } = await anna.query<{ items: { attachments: { url: string; name: string }[] }[] }>(
        'supportChat.userGetMessages',
        { dialogId },
      );
      answers.push(...(items[0]?.attachments ?? []));
    }
    const sent = await postBody(anna, form);
    expect([201, 400]).toContain(sent.status);
    if (sent.status === 201) answers.push(JSON.parse(sent.body.toString()).attachment);
    expect(answers.length).toBeGreaterThan(0);
    for (const attachment of answers) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(attachment.name).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e/\\]/);
      expect(attachment.name).toMatch(/^[^. ].*[^. ]$/su);
      expect(Buffer.byteLength(attachment.name)).toBeLessThanOrEqual(255);
      for (const query of ['', '?download=1']) {
        const answer = await anna.raw({ path: `${attachment.url}${query}` });
        expect([answer.status, answer.body.toString()]).toEqual([200, 'hello']);
        const lines = answer.rawHeaders.filter(
          (field, i) => i % 2 === 0 && field.toLowerCase() === 'content-disposition',
        );
        expect(lines).toHaveLength(1);
        expect(answer.headers['set-cookie']).toBeUndefined();
        const disposition = answer.headers['content-disposition'] ?? '';
        const wellFormed =
          /^(?:inline|attachment); filename="([\x20\x21\x23-\x5b\x5d-\x7e]*)"(?:; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+))?$/;
        const [, plain = '', extended] = wellFormed.exec(disposition) ?? expect.unreachable(disposition);
        expect(extended === undefined ? plain : decodeURIComponent(extended)).toBe(attachment.name);
      }
    }
  });

  it('never reaches the storage: every object has a generated path below its prefix', async () => {
    const rows = await server.database.prisma.chatAttachment.findMany();
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows) expect(row.storagePath).toMatch(/^support-chat\/[0-9a-f-]{36}\/[A-Za-z0-9_-]+$/);
    const prefix = resolve(server.storageDir, 'support-chat');
    for (const file of await filesBelow(server.storageDir)) expect(file.startsWith(`${prefix}/`)).toBe(true);
  });
});
