import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { useServer } from '../../support/test-server.ts';

const server = useServer({ env: { LOG_LEVEL: 'warn' } });

test('a file goes from Anna to Sofia, is reopened with a 304, and a stranger gets 404', async () => {
  const anna = await server.as('anna');
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), randomBytes(300_000)]);
  const form = new FormData();
  form.set('file', new Blob([png], { type: 'image/png' }), 'паспорт.png');
  const uploaded = await fetch(`${server.url}/api/support-chat/uploads`, {
    method: 'POST',
    headers: { cookie: anna.cookie ?? '' },
    body: form,
  });
  const staged = await uploaded.json();
  expect([uploaded.status, staged]).toMatchObject([201, { attachment: { status: 'UPLOADED', name: 'паспорт.png' } }]);

  const begun = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
    initialMessage: 'Здравствуйте!',
    attachments: [{ attachmentId: staged.attachment.id }],
  });
  expect(begun.dialogId).toBe(staged.attachment.dialogId);

  const sofia = await server.as('sofia');
  const url = `${server.url}${staged.attachment.url}`;
  const opened = await fetch(url, { headers: { cookie: sofia.cookie ?? '' } });
  const bytes = Buffer.from(await opened.arrayBuffer());
  expect(opened.status).toBe(200);
  const digest = createHash('sha256').update(bytes).digest('hex');
  expect(digest).toBe(createHash('sha256').update(png).digest('hex'));
  expect(opened.headers.get('etag')).toBe(`"${digest}"`);

  const reopened = await fetch(url, {
    headers: { cookie: sofia.cookie ?? '', 'if-none-match': opened.headers.get('etag') ?? '' },
  });
  expect(reopened.status).toBe(304);
  const boris = await server.as('boris');
  expect((await fetch(url, { headers: { cookie: boris.cookie ?? '' } })).status).toBe(404);
  expect((await fetch(url)).status).toBe(401);
});
