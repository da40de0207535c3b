import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTERNAL_LOCATION } from '#shared/lib/file-storage/_providers/local.ts';
import { freePort } from '#shared/net/ports.ts';
import { rawRequest } from '#tests/support/raw-request.ts';
import { noisePng, type SentFile, sendFile } from '#tests/support/scene.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { findOnPath } from '../../scripts/prepare/optional-parts.mjs';
import { gatewayAbsence } from './ceph-gateway.ts';
import { type DriverServer, openS3 } from './driver-servers.ts';

const bytes = noisePng(400_000);
const nginxProgram = findOnPath('nginx');

describe.runIf(gatewayAbsence === null)('offload by signed URL from a real S3 server', () => {
  let storage: DriverServer;
  let server: TestServer;
  let file: SentFile;
  beforeAll(async () => {
    storage = await openS3();
    server = await startTestServer({ env: { ...storage.env, SUPPORT_CHAT_ATTACHMENT_OFFLOAD: 'signed-url' } });
    file = await sendFile(await server.as('anna'), { bytes, name: 'скан.png' });
  });
  afterAll(async () => {
    await server.close();
    await storage.release();
  });

  it('leads the reader to a short-lived address that gives the bytes with type and disposition', async () => {
    const answer = await (await server.as('anna')).raw({ path: file.path });
    expect([answer.status, answer.headers['cache-control'], answer.body.length]).toEqual([302, 'no-store', 0]);
    const location = String(answer.headers.location);
    expect(location).toMatch(/X-Amz-Expires=60&/);
    const direct = await fetch(location);
    expect(Buffer.from(await direct.arrayBuffer()).equals(bytes)).toBe(true);
    expect(direct.headers.get('content-type')).toBe('image/png');
    expect(direct.headers.get('content-disposition')).toContain("filename*=UTF-8''%D1%81%D0%BA%D0%B0%D0%BD.png");
  });

  it('never leads a stranger anywhere, and answers 304 itself', async () => {
    expect((await (await server.as('boris')).raw({ path: file.path })).status).toBe(404);
    const anna = await server.as('anna');
    const { headers } = await anna.raw({ method: 'HEAD', path: file.path });
    const again = await anna.raw({ path: file.path, headers: { 'if-none-match': String(headers.etag) } });
    expect([again.status, again.headers.location]).toEqual([304, undefined]);
  });

  it('refuses the address without its signature', async () => {
    const answer = await (await server.as('anna')).raw({ path: file.path });
    const bare = String(answer.headers.location).replace(/\?.*/, '');
    const refused = await fetch(bare);
    await refused.arrayBuffer();
    expect(refused.status).toBe(403);
  });
});

describe('offload where the driver has no signed URLs', () => {
  it('streams from the local disk as ever', async () => {
    const server = await startTestServer({ env: { SUPPORT_CHAT_ATTACHMENT_OFFLOAD: 'signed-url' } });
    try {
      const anna = await server.as('anna');
      const answer = await anna.raw({ path: (await sendFile(anna, { bytes })).path });
      expect([answer.status, answer.body.equals(bytes)]).toEqual([200, true]);
    } finally {
      await server.close();
    }
  });
});

describe.runIf(nginxProgram !== null)('offload by X-Accel-Redirect behind a real nginx', () => {
  let server: TestServer;
  let nginx: { url: string; stop(): Promise<void> };
  let file: SentFile;
  beforeAll(async () => {
    server = await startTestServer({ env: { SUPPORT_CHAT_ATTACHMENT_OFFLOAD: 'x-accel' } });
    nginx = await startNginx(server);
    file = await sendFile(await server.as('anna'), { bytes, name: 'scan.png' });
  });
  afterAll(async () => {
    await nginx.stop();
    await server.close();
  });
  const ask = async (person: 'anna' | 'boris', headers: Record<string, string> = {}) =>
    rawRequest(nginx.url, { path: file.path, headers: { cookie: (await server.as(person)).cookie ?? '', ...headers } });

  it('gives the owner the bytes with the headers of the route', async () => {
    const answer = await ask('anna');
    expect([answer.status, answer.body.equals(bytes)]).toEqual([200, true]);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, no-cache, no-transform',
      'x-content-type-options': 'nosniff',
      'content-disposition': 'inline; filename="scan.png"',
    });
    const straight = await (await server.as('anna')).raw({ method: 'HEAD', path: file.path });
    const names = ['etag', 'last-modified', 'vary', 'content-security-policy', 'content-length', 'referrer-policy'];
    for (const name of names) expect([name, answer.headers[name]]).toEqual([name, straight.headers[name]]);
    expect(answer.headers['x-accel-redirect']).toBeUndefined();
  });

  it('gives ranges, and 304 for the tag of the route', async () => {
    const part = await ask('anna', { range: 'bytes=100-199' });
    expect([part.status, part.body.equals(bytes.subarray(100, 200))]).toEqual([206, true]);
    const { headers } = await ask('anna');
    expect((await ask('anna', { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });

  it('gives a stranger 404, and nobody the internal address', async () => {
    expect((await ask('boris')).status).toBe(404);
    const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id: file.id } });
    const direct = await rawRequest(nginx.url, { path: `${INTERNAL_LOCATION}${row.storagePath}` });
    expect(direct.status).toBe(404);
  });
});

/** With the configuration that docs/examples holds. */
async function startNginx(server: TestServer): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'attache-nginx-'));
  await chmod(dir, 0o755);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  const example = await readFile(new URL('../../docs/examples/nginx-x-accel.conf', import.meta.url), 'utf8');
  const site = example
    .replace('@LISTEN@', `127.0.0.1:${port}`)
    .replace('@ATTACHE@', server.url)
    .replace('@STORAGE_LOCAL_DIR@', server.storageDir);
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  await writeFile(
    join(dir, 'nginx.conf'),
    `daemon off; ${user} pid ${dir}/pid; error_log ${dir}/error.log; events {}
http { access_log off; ${temporary.join(' ')} ${site} }`,
  );
  const child = spawn(String(nginxProgram), ['-c', join(dir, 'nginx.conf'), '-p', dir], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await sleep(50);
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
