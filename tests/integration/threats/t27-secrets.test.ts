import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '#shared/log/log.ts';
import { filePart, multipart, openUpload, postBody } from '#tests/support/multipart.ts';
import { noisePng, sendFile } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';

const logged: string[] = [];
const log = createLog('info', { write: (line: string) => void logged.push(line) });
let server: TestServer;
/** Everything that went over the wire: heads and bodies. */
const seen: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ log });
});
afterAll(() => server.close());

async function look(
  client: TestClient,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  const answer = await client.raw({ path, ...init }).catch(() => null);
  if (answer !== null) seen.push(answer.rawHeaders.join('\n'), answer.body.toString('latin1'));
  return answer?.status;
}

const call = (client: TestClient, procedure: string, input: object) =>
  look(client, `/api/trpc/supportChat.${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`);

describe('T27 bucket, key, endpoint or path', () => {
  it('are in no response, header, error or log line, on success and on failure', async () => {
    const [anna, sofia, boris] = [await server.as('anna'), await server.as('sofia'), await server.as('boris')];
    const file = await sendFile(anna, { bytes: noisePng(300_000), name: 'very-private-name.png' });
    const text = await sendFile(anna, { bytes: 'a body that nobody logs', name: 'n.txt', dialogId: file.dialogId });
    await anna.mutate('supportChat.sendMessage', { dialogId: file.dialogId, text: 'words that nobody logs' });
    const rows = await server.database.prisma.chatAttachment.findMany();

    for (const client of [anna, sofia, boris, server.anonymous()]) {
      for (const query of ['', '?variant=thumbnail', '?download=1'])
        await look(client, `${file.path}${query}`, { method: 'HEAD' });
      await look(client, file.path, { headers: { range: 'bytes=0-3' } });
      await look(client, file.path, { headers: { range: 'bytes=9999999-' } });
      await call(client, 'userListDialogs', {});
      await call(client, 'userGetMessages', { dialogId: file.dialogId });
      await call(client, 'staffListDialogs', {});
      await call(client, 'userGetMessages', { dialogId: 5 });
      await call(client, 'noSuchProcedure', {});
      for (const path of ['/api/ready', '/api/health', '/api/nothing', '/api/metrics', '/api/auth/get-session'])
        await look(client, path);
    }
    const refused = [
      filePart(Buffer.from('4d5a90000300000004000000ffff0000', 'hex')),
      { ...filePart(), name: 'other' },
    ];
    for (const part of refused) seen.push((await postBody(anna, multipart([part]))).body.toString());
    seen.push((await postBody(anna, multipart([filePart()]))).body.toString());
    const cut = openUpload(anna, { 'content-length': '100000' });
    cut.request.write(multipart([filePart('x'.repeat(5000))], ''));
    cut.request.destroy();

    // The object is gone; then the whole storage is.
    const [row] = rows.filter(({ id }) => id === file.id);
    await rm(join(server.storageDir, row?.storagePath ?? expect.unreachable()));
    expect(await look(anna, file.path)).toBe(404);
    const moved = `${server.storageDir}-moved`;
    await rename(server.storageDir, moved);
    await symlink(server.storageDir, server.storageDir);
    expect(await look(anna, text.path)).toBe(503);
    expect(await look(anna, '/api/ready')).toBe(503);
    const broken = await postBody(anna, multipart([filePart('y'.repeat(100_000))]));
    expect(broken.status).toBe(503);
    seen.push(broken.rawHeaders.join('\n'), broken.body.toString());
    await rm(server.storageDir);
    await rename(moved, server.storageDir);

    expect(logged.some((line) => line.includes('the object of an attachment is missing'))).toBe(true);
    expect(logged.some((line) => line.includes('the storage does not deliver'))).toBe(true);
    const places = [
      server.storageDir,
      server.dataDir,
      'support-chat/0000',
      ...rows.map(({ storagePath }) => storagePath),
    ];
    const ofRows = rows.map(({ storagePath }) => storagePath.split('/').at(-1) ?? '');
    for (const secret of [...places, ...ofRows, 'node_modules', 'storageDriver', 'storagePath', server.database.url]) {
      for (const answer of seen) expect(answer, secret).not.toContain(secret);
      for (const line of logged) expect(line, secret).not.toContain(secret);
    }
    for (const words of ['very-private-name', 'that nobody logs', 'anna@demo.test', anna.cookie ?? '']) {
      for (const line of logged) expect(line, words).not.toContain(words);
    }
  });
});
