import { stat } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { CleanupAttachments } from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { Doctor } from '#features/support-chat/_services/doctor/doctor.ts';
import type { DoctorFinding } from '#features/support-chat/_services/doctor/doctor-report.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { eventually, filesBelow, noisePng, openDialog, readMetric } from '../../support/scene.ts';
import { useServer } from '../../support/test-server.ts';
import { TUS_PATH, TusRequests, tusMetadata } from '../../support/tus-client.ts';

const server = useServer({
  env: {
    SUPPORT_CHAT_ATTACHMENT_MAX_BYTES: '4000000',
    SUPPORT_CHAT_ATTACHMENT_MAX_STAGED: '40',
    SUPPORT_CHAT_UPLOAD_IDLE_TIMEOUT_SECONDS: '1',
  },
});
let anna: TusRequests;
let boris: TusRequests;
beforeAll(async () => {
  anna = new TusRequests(await server.as('anna'));
  boris = new TusRequests(await server.as('boris'));
});

const words = (length: number) => Buffer.from('word '.repeat(Math.ceil(length / 5)).slice(0, length));
const codeOf = (body: Buffer) => JSON.parse(body.toString()).error.code;

function cleanup() {
  const { storages, log } = server.running.composition;
  const lock = { lockNamespace: 'test', lockTtlSeconds: 60 };
  return new CleanupAttachments(server.database.pool, storages, lock, log).run({
    ...{ olderThanMinutes: 1440, batchSize: 100, dryRun: false },
  });
}

describe('an upload in pieces', () => {
  test('comes back with its attachment in the last answer, and is sent like any other', async () => {
    const client = await server.as('anna');
    const dialogId = await openDialog(client);
    const file = noisePng(300_000);
    const path = await anna.create(file.length, { filename: 'фото.png', filetype: 'image/png', dialogId });
    const first = await anna.patch(path, 0, file.subarray(0, 100_000));
    expect([first.status, first.headers['upload-offset'], first.headers['tus-resumable']]).toEqual([
      204,
      '100000',
      '1.0.0',
    ]);
    expect(await anna.offset(path)).toBe(100_000);
    const last = await anna.patch(path, 100_000, file.subarray(100_000));
    const { attachment } = JSON.parse(last.body.toString());
    expect(last.status).toBe(200);
    expect(last.headers['attachment-id']).toBe(attachment.id);
    expect(attachment).toMatchObject({
      name: 'фото.png',
      mimeType: 'image/png',
      sizeBytes: 300_000,
      status: 'UPLOADED',
      dialogId,
    });
    await client.mutate('supportChat.sendMessage', { dialogId, attachments: [{ attachmentId: attachment.id }] });
    const bytes = await (await (await server.as('sofia')).fetch(attachment.url)).arrayBuffer();
    expect(Buffer.from(bytes).equals(file)).toBe(true);
  });

  test('leaves no piece in the storage once it is whole', async () => {
    const before = (await filesBelow(server.storageDir)).length;
    const path = await anna.create(20);
    await anna.patch(path, 0, words(10));
    expect((await filesBelow(server.storageDir)).length).toBe(before + 1);
    await anna.patch(path, 10, words(10));
    expect((await filesBelow(server.storageDir)).length).toBe(before + 1);
  });

  test('whose last answer was lost tells its attachment again', async () => {
    const path = await anna.create(10);
    const last = await anna.patch(path, 0, words(10));
    const head = await anna.send('HEAD', path);
    expect([head.headers['upload-offset'], head.headers['attachment-id']]).toEqual([
      '10',
      last.headers['attachment-id'],
    ]);
    const again = await anna.patch(path, 10, Buffer.alloc(0));
    expect([again.status, again.body.toString()]).toEqual([200, last.body.toString()]);
    const record = await anna.send('GET', path);
    expect(record.body.toString()).toBe(last.body.toString());
  });

  test('is counted once, however often its sender asks what became of it', async () => {
    const client = await server.as('anna');
    const counted = () => readMetric(client, 'support_chat_attachment_uploads_total{result="200"}');
    const before = await counted();
    const path = await anna.create(10);
    await anna.patch(path, 0, words(10));
    for (const method of ['HEAD', 'GET']) await anna.send(method, path);
    expect((await counted()) - before).toBe(1);
  });

  test('without bytes is whole at once, and one may bring its bytes along', async () => {
    const headers = { 'upload-metadata': tusMetadata({ filename: 'a.txt' }) };
    const empty = await anna.send('POST', TUS_PATH, { ...headers, 'upload-length': '0' });
    expect([empty.status, JSON.parse(empty.body.toString()).attachment.sizeBytes]).toEqual([201, 0]);
    const stream = { ...headers, 'content-type': 'application/offset+octet-stream' };
    const whole = await anna.send('POST', TUS_PATH, { ...stream, 'upload-length': '7' }, words(7));
    expect([whole.status, JSON.parse(whole.body.toString()).attachment.sizeBytes]).toEqual([201, 7]);
    const part = await anna.send('POST', TUS_PATH, { ...stream, 'upload-length': '9' }, words(7));
    expect([part.status, part.headers['upload-offset']]).toEqual([201, '7']);
  });

  test('ends with the 204 that tus 1.0 has, for a client that takes nothing else and says so', async () => {
    const path = await anna.create(10);
    const minimal = { prefer: 'respond-async, return=minimal', 'content-type': 'application/offset+octet-stream' };
    const last = await anna.send('PATCH', path, { ...minimal, 'upload-offset': '0' }, words(10));
    expect([last.status, last.body.length, last.headers['upload-offset']]).toEqual([204, 0, '10']);
    expect(last.headers['preference-applied']).toBe('return=minimal');
    const { attachment } = JSON.parse((await anna.send('GET', path)).body.toString());
    expect(last.headers['attachment-id']).toBe(attachment.id);
    const again = await anna.send('PATCH', path, { ...minimal, 'upload-offset': '10' });
    expect([again.status, again.headers['attachment-id']]).toEqual([204, attachment.id]);
  });

  test('works where a proxy lets nothing but POST through', async () => {
    const path = await anna.create(5);
    const answer = await anna.send(
      'POST',
      path,
      { 'x-http-method-override': 'PATCH', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      words(5),
    );
    expect([answer.status, answer.headers['upload-offset']]).toEqual([200, '5']);
  });
});

describe('a connection that breaks', () => {
  test('leaves all bytes that arrived, and the upload goes on behind them', async () => {
    const file = words(1_000_000);
    const path = await anna.create(file.length);
    const { cut } = anna.begin(path, 0, file.length, file.subarray(0, 600_000));
    await eventually(async () => (await stored()) >= 500_000, 'bytes arrive');
    cut();
    const offset = await anna.offset(path);
    expect(offset).toBe(600_000);
    const last = await anna.patch(path, offset, file.subarray(offset));
    const { attachment } = JSON.parse(last.body.toString());
    const bytes = await (await (await server.as('anna')).fetch(attachment.url)).arrayBuffer();
    expect(Buffer.from(bytes).equals(file)).toBe(true);
  });

  test('that nobody found dead yet is ended by the sender coming back', async () => {
    const path = await anna.create(100_000);
    const old = anna.begin(path, 0, 100_000, words(70_000));
    await eventually(async () => (await stored()) >= 60_000, 'bytes arrive');
    expect(await anna.offset(path)).toBe(70_000);
    await old.ended;
    expect((await anna.patch(path, 70_000, words(30_000))).status).toBe(200);
  });

  test('that has fallen silent is let go, with its bytes kept', async () => {
    const path = await anna.create(100_000);
    const silent = anna.begin(path, 0, 100_000, words(66_000));
    await silent.ended;
    expect(await anna.offset(path)).toBe(66_000);
  });

  /** Bytes in files that are being written. */
  async function stored(): Promise<number> {
    const sizes = (await filesBelow(`${server.storageDir}/.tmp`)).map(async (file) => (await stat(file)).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }
});

describe('a storage that is away in the last moment', () => {
  test('does not pass for success: the sender is asked for the last byte once more', async () => {
    const path = await anna.create(20);
    const file = words(20);
    await anna.patch(path, 0, file.subarray(0, 10));
    const { current } = server.running.composition.storages;
    const put = current.put.bind(current);
    let calls = 0;
    // The piece is stored; taking in the whole is not.
    current.put = (...given) => (++calls === 1 ? put(...given) : Promise.reject(new StorageUnavailableError('down')));
    try {
      const refused = await anna.patch(path, 10, file.subarray(10));
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    } finally {
      current.put = put;
    }
    expect(await anna.offset(path)).toBe(19);
    const last = await anna.patch(path, 19, file.subarray(19));
    const { attachment } = JSON.parse(last.body.toString());
    expect(await (await (await server.as('anna')).fetch(attachment.url)).text()).toBe(file.toString());
  });
});

describe('two requests for one upload', () => {
  test('never interleave: of two at one offset one is taken in', async () => {
    const path = await anna.create(200_000);
    const [a, b] = [Buffer.alloc(150_000, 'a'), Buffer.alloc(150_000, 'b')];
    const answers = await Promise.allSettled([anna.patch(path, 0, a), anna.patch(path, 0, b)]);
    const statuses = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : 0));
    const offset = await anna.offset(path);
    expect(offset).toBeLessThanOrEqual(150_000);
    expect(statuses.filter((status) => status === 204).length).toBeLessThanOrEqual(1);
    const last = await anna.patch(path, offset, Buffer.alloc(200_000 - offset, 'c'));
    const { attachment } = JSON.parse(last.body.toString());
    const text = await (await (await server.as('anna')).fetch(attachment.url)).text();
    expect(text).toMatch(/^(a*|b*)c*$/);
  });
});

describe('refused', () => {
  test('with 409 is a wrong offset, and nothing of it is kept', async () => {
    const path = await anna.create(10);
    for (const offset of [3, 10, 11]) {
      const answer = await anna.patch(path, offset, words(2));
      expect([answer.status, codeOf(answer.body)]).toEqual([409, 'UPLOAD_OFFSET_MISMATCH']);
    }
    expect(await anna.offset(path)).toBe(0);
  });

  test('with 413 is a file over the limit, before it begins, and a body over its length', async () => {
    const answer = await anna.send('POST', TUS_PATH, { 'upload-length': '4000001' });
    expect([answer.status, codeOf(answer.body)]).toEqual([413, 'ATTACHMENT_TOO_LARGE']);
    const path = await anna.create(10);
    expect((await anna.patch(path, 0, words(11))).status).toBe(413);
    const chunked = await anna.send(
      'PATCH',
      path,
      { 'transfer-encoding': 'chunked', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      words(11),
    );
    expect(chunked.status).toBe(413);
    expect(await anna.offset(path)).toBe(0);
  });

  test('with 415 is a type that is not taken, at its first bytes, and the upload is gone', async () => {
    const html = Buffer.concat([Buffer.from('<!doctype html><script>alert(1)</script>'), Buffer.alloc(70_000, ' ')]);
    const before = (await filesBelow(server.storageDir)).length;
    const path = await anna.create(3_000_000, { filename: 'photo.png' });
    const answer = await anna.patch(path, 0, html);
    expect([answer.status, codeOf(answer.body)]).toEqual([415, 'ATTACHMENT_TYPE_NOT_ALLOWED']);
    expect((await anna.send('HEAD', path)).status).toBe(404);
    const small = await anna.create(40, { filename: 'photo.png' });
    expect((await anna.patch(small, 0, html.subarray(0, 40))).status).toBe(415);
    expect((await filesBelow(server.storageDir)).length).toBe(before);
  });

  test('with 404 is whoever did not begin the upload, in whatever way, as for an id that nobody has', async () => {
    const path = await anna.create(10);
    const nobody = await boris.send('HEAD', `${TUS_PATH}/${'0'.repeat(32)}`);
    expect(nobody.status).toBe(404);
    for (const method of ['HEAD', 'GET', 'DELETE']) expect((await boris.send(method, path)).status).toBe(404);
    expect((await boris.patch(path, 0, words(10))).status).toBe(404);
    expect((await boris.patch(path, 99, words(10))).body).toEqual(
      (await boris.patch(`${TUS_PATH}/x`, 0, words(1))).body,
    );
    expect(await anna.offset(path)).toBe(0);
  });

  test('with 401 is nobody, with 403 another site, with 404 a dialog of others', async () => {
    const stranger = new TusRequests(server.anonymous());
    expect((await stranger.send('POST', TUS_PATH, { 'upload-length': '1' })).status).toBe(401);
    const foreign = await anna.send('POST', TUS_PATH, { 'upload-length': '1', origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const dialogId = await openDialog(await server.as('anna'));
    await expect(boris.create(10, { dialogId })).rejects.toThrow('404');
  });

  test('is what is malformed: version, length, metadata, offset, type', async () => {
    const path = await anna.create(10);
    const post = (headers: Record<string, string>) => anna.send('POST', TUS_PATH, headers);
    const statuses = await Promise.all([
      post({ 'upload-length': '1', 'tus-resumable': '0.2.2' }),
      post({ 'upload-length': '-1' }),
      post({ 'upload-length': '1e3' }),
      post({}),
      post({ 'upload-defer-length': '1' }),
      post({ 'upload-length': '1', 'upload-concat': 'partial' }),
      post({ 'upload-length': '1', 'upload-metadata': 'filename !!' }),
      post({ 'upload-length': '1', 'upload-metadata': 'filename YQ==,status TElOS0VE' }),
      anna.send('PATCH', path, { 'content-type': 'application/offset+octet-stream' }),
      anna.send('PATCH', path, { 'upload-offset': '0', 'content-type': 'text/plain' }),
      anna.send('PUT', path),
      anna.send('PUT', TUS_PATH),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([412, 400, 400, 400, 400, 400, 400, 400, 400, 415, 405, 405]);
    expect(statuses.every(({ headers }) => headers['tus-resumable'] === '1.0.0')).toBe(true);
  });

  test('with 429 is who has too much begun or staged', async () => {
    const begun: string[] = [];
    let status = 201;
    while (status === 201 && begun.length < 60) {
      const answer = await boris.send('POST', TUS_PATH, { 'upload-length': '10' });
      status = answer.status;
      if (status === 201) begun.push(answer.headers.location ?? '');
    }
    expect([begun.length, status]).toEqual([40, 429]);
    for (const path of begun) expect((await boris.send('DELETE', path)).status).toBe(204);
    await boris.create(10);
  });
});

test('what a client said of its file comes back to it as it was said', async () => {
  const sent = `dialogId ${btoa(await openDialog(await server.as('anna')))},filename YS50eHQ=`;
  const { headers } = await anna.send('POST', TUS_PATH, { 'upload-length': '10', 'upload-metadata': sent });
  const path = headers.location ?? '';
  expect((await anna.send('HEAD', path)).headers['upload-metadata']).toBe(sent);
  const silent = await anna.send('POST', TUS_PATH, { 'upload-length': '10' });
  expect((await anna.send('HEAD', silent.headers.location ?? '')).headers['upload-metadata']).toBeUndefined();
});

test('the address tells what it can do, also before a client signs in', async () => {
  for (const client of [anna, new TusRequests(server.anonymous())]) {
    const { status, headers } = await client.send('OPTIONS', TUS_PATH);
    expect([status, headers['tus-version'], headers['tus-max-size']]).toEqual([204, '1.0.0', '4000000']);
    expect(headers['tus-extension']).toBe('creation,creation-with-upload,expiration,termination');
  }
});

describe('an upload that is ended', () => {
  test('by its sender leaves nothing, and takes its staged file along', async () => {
    const before = (await filesBelow(server.storageDir)).length;
    const path = await anna.create(20);
    await anna.patch(path, 0, words(10));
    expect((await anna.send('DELETE', path)).status).toBe(204);
    expect((await anna.send('HEAD', path)).status).toBe(404);
    const whole = await anna.create(10);
    await anna.patch(whole, 0, words(10));
    expect((await anna.send('DELETE', whole)).status).toBe(204);
    expect((await filesBelow(server.storageDir)).length).toBe(before);
  });

  test('because it expired is gone for its sender, and the cleanup takes its pieces', async () => {
    const before = (await filesBelow(server.storageDir)).length;
    const path = await anna.create(20);
    const { headers } = await anna.patch(path, 0, words(10));
    expect(Date.parse(headers['upload-expires'] as string) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    const where = { id: path.slice(TUS_PATH.length + 1) };
    await server.database.prisma.resumableUpload.update({ where, data: { expiresAt: new Date(Date.now() - 60_000) } });
    expect((await anna.send('HEAD', path)).status).toBe(404);
    expect((await anna.patch(path, 10, words(10))).status).toBe(404);
    await cleanup();
    expect((await filesBelow(server.storageDir)).length).toBe(before);
    expect(await server.database.prisma.resumableUpload.findUnique({ where })).toBeNull();
  });
});

test('the doctor does not take living pieces for orphans', async () => {
  const path = await anna.create(20);
  await anna.patch(path, 0, words(10));
  const { storages } = server.running.composition;
  const lock = { lockNamespace: 'test', lockTtlSeconds: 60 };
  const found: DoctorFinding[] = [];
  const findings = { path: null, add: async (more: readonly DoctorFinding[]) => void found.push(...more) };
  const doctor = new Doctor(server.database.pool, storages, lock, findings);
  await doctor.run({ repair: true, verifyChecksums: true, olderThanMinutes: 0 });
  expect(found).toEqual([]);
  expect((await anna.patch(path, 10, words(10))).status).toBe(200);
});
