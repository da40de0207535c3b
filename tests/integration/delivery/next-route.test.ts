import { beforeAll, expect, it } from 'vitest';
import { GET, HEAD } from '#app/api/support-chat/attachments/[dialogId]/[attachmentId]/route.ts';
import { registerPageServices } from '#server/page-host.ts';
import { loadConfig } from '#shared/config/private.ts';
import { useServer } from '../../support/test-server.ts';

const server = useServer();
const text = 'private words of Anna';
let dialogId: string;
let attachmentId: string;

beforeAll(async () => {
  const config = loadConfig({
    DATABASE_URL: server.database.url,
    AUTH_SECRET: 'x'.repeat(32),
    DATA_DIR: server.dataDir,
  });
  registerPageServices({ ...config, databaseUrl: server.database.url }, server.running.composition);
  const anna = await server.as('anna');
  const attachments = [
    {
      filename: 'note.txt',
      mimeType: 'text/plain',
      sizeBytes: text.length,
      base64: Buffer.from(text).toString('base64'),
    },
  ];
  const begun = (await anna.mutate('supportChat.createDialog', { attachments })) as { dialogId: string };
  dialogId = begun.dialogId;
  const row = await server.database.prisma.chatAttachment.findFirstOrThrow({ where: { dialogId } });
  attachmentId = row.id;
});

async function ask(person: 'anna' | 'boris' | null, init: RequestInit = {}, handler = GET): Promise<Response> {
  const cookie = person && (await server.as(person)).cookie;
  const url = `http://pages.test/api/support-chat/attachments/${dialogId}/${attachmentId}`;
  const headers = new Headers(init.headers);
  if (cookie) headers.set('cookie', cookie);
  return handler(new Request(url, { ...init, headers }), { params: Promise.resolve({ dialogId, attachmentId }) });
}

it('the route in Next gives the owner the bytes with the headers of our own listener', async () => {
  const answer = await ask('anna');
  const { headers } = await (await server.as('anna')).fetch(
    `/api/support-chat/attachments/${dialogId}/${attachmentId}`,
  );
  expect([answer.status, await answer.text()]).toEqual([200, text]);
  const ofFile = [...headers].filter(([name]) => !['connection', 'date', 'keep-alive'].includes(name));
  expect(Object.fromEntries(answer.headers)).toEqual(Object.fromEntries(ofFile));
});

it('the route in Next decides conditionals and ranges alike', async () => {
  const whole = await ask('anna');
  await whole.body?.cancel();
  const etag = whole.headers.get('etag') ?? '';
  expect((await ask('anna', { headers: { 'if-none-match': etag } })).status).toBe(304);
  const part = await ask('anna', { headers: { range: 'bytes=8-12' } });
  expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, 'words', 'bytes 8-12/21']);
  expect(await (await ask('anna', {}, HEAD)).text()).toBe(text);
});

it('the route in Next knows no more of a stranger than the listener does', async () => {
  expect((await ask('boris')).status).toBe(404);
  expect((await ask(null)).status).toBe(401);
});

it('the slot of a download is free again when its body was read or cancelled', async () => {
  const slots = () =>
    server.running.composition.metrics.registry.getSingleMetricAsString('support_chat_attachment_downloads_open');
  await (await ask('anna')).text();
  await (await ask('anna')).body?.cancel();
  await expect.poll(slots).toMatch(/downloads_open 0$/m);
});

it('the route in Next is gone with the chat', async () => {
  const env = { DATABASE_URL: server.database.url, AUTH_SECRET: 'x'.repeat(32), DATA_DIR: server.dataDir };
  const config = loadConfig({ ...env, ENABLE_SUPPORT_CHAT: 'false' });
  registerPageServices({ ...config, databaseUrl: server.database.url }, server.running.composition);
  expect((await ask('anna')).status).toBe(404);
});
