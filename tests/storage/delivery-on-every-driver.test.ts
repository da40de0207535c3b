import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noisePng, type SentFile, sendFile, stableHeaders } from '#tests/support/scene.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { gatewayAbsence } from './ceph-gateway.ts';
import { type DriverName, type DriverServer, openS3, openSupabase } from './driver-servers.ts';

/** One row of docs/http-contract.md each: what is asked, with `ETAG` and `DATE` standing for those of the file. */
const CASES: [string, { method?: string; query?: string; headers?: Record<string, string> }, number][] = [
  ['the whole file', {}, 200],
  ['HEAD', { method: 'HEAD' }, 200],
  ['a download', { query: '?download=1' }, 200],
  ['If-None-Match', { headers: { 'if-none-match': 'ETAG' } }, 304],
  ['If-Modified-Since', { headers: { 'if-modified-since': 'DATE' } }, 304],
  ['If-Match that fails', { headers: { 'if-match': '"other"' } }, 412],
  ['the first byte', { headers: { range: 'bytes=0-0' } }, 206],
  ['a middle', { headers: { range: 'bytes=70000-270000' } }, 206],
  ['the last bytes', { headers: { range: 'bytes=-5' } }, 206],
  ['an open end', { headers: { range: 'bytes=399000-' } }, 206],
  ['everything as a range', { headers: { range: 'bytes=0-' } }, 206],
  ['past the end', { headers: { range: 'bytes=400000-' } }, 416],
  ['another unit', { headers: { range: 'pages=1-2' } }, 200],
  ['If-Range that holds', { headers: { range: 'bytes=1-2', 'if-range': 'ETAG' } }, 206],
  ['If-Range that does not', { headers: { range: 'bytes=1-2', 'if-range': '"other"' } }, 200],
  ['a rendition nobody has', { query: '?variant=preview' }, 404],
];

const bytes = noisePng(400_000);
const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;

interface Place {
  server: TestServer;
  storage: DriverServer | null;
  file: SentFile;
  lastModified: string;
}

async function openPlace(driver: DriverName): Promise<Place> {
  const storage = driver === 's3' ? await openS3() : driver === 'supabase' ? await openSupabase() : null;
  const server = await startTestServer({ env: { STORAGE_TIMEOUT_SECONDS: '2', ...storage?.env } });
  const file = await sendFile(await server.as('anna'), { bytes, name: 'scan.png' });
  const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id: file.id } });
  return { server, storage, file, lastModified: (row.lastModified ?? new Date(0)).toUTCString() };
}

async function closePlace(place: Place | undefined): Promise<void> {
  await place?.server.close();
  await place?.storage?.release();
}

async function ask(place: Place, { method = 'GET', query = '', headers = {} }: (typeof CASES)[number][1]) {
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('ETAG', etag).replace('DATE', place.lastModified),
    ]),
  );
  const answer = await (await place.server.as('anna')).raw({ method, path: place.file.path + query, headers: filled });
  const fields = stableHeaders(answer);
  return {
    ...answer,
    fields: {
      ...fields,
      ...(fields['last-modified'] && { 'last-modified': fields['last-modified'] === place.lastModified }),
    },
  };
}

let local: Place;
beforeAll(async () => {
  local = await openPlace('local');
});
afterAll(() => closePlace(local));

const drivers: DriverName[] = gatewayAbsence === null ? ['s3', 'supabase'] : ['supabase'];
const absence = gatewayAbsence === null ? '' : ` (s3 left out: ${gatewayAbsence})`;

describe.each(drivers)(`delivery from %s${absence}`, (driver) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(driver);
  });
  afterAll(() => closePlace(place));

  it.each(CASES)('answers %s as the local disk does, to the last header', async (_name, request, status) => {
    const [theirs, ours] = [await ask(place, request), await ask(local, request)];
    expect(theirs.status).toBe(status);
    expect(theirs.fields).toEqual(ours.fields);
    expect(theirs.body.equals(ours.body)).toBe(true);
  });

  it('serves a small file from memory once the storage is gone', async () => {
    const small = await sendFile(await place.server.as('anna'), { bytes: 'a few private words', name: 'note.txt' });
    const anna = await place.server.as('anna');
    expect((await anna.raw({ path: small.path })).body.toString()).toBe('a few private words');
    await place.storage?.freeze();
    expect((await anna.raw({ path: small.path })).status).toBe(200);
    await place.storage?.thaw();
  });

  it('answers 503 in time while the storage is frozen, keeps the chat alive, and delivers again by itself', async () => {
    const anna = await place.server.as('anna');
    await place.storage?.freeze();
    const askedAt = performance.now();
    const answer = await ask(place, {});
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect((await ask(place, { headers: { 'if-none-match': 'ETAG' } })).status).toBe(304);
    const { dialogId } = place.file;
    await anna.mutate('supportChat.sendMessage', { dialogId, text: 'The chat is alive.' });
    await expect(anna.upload({ bytes: noisePng(9_000_000), name: 'late.png', dialogId })).rejects.toThrow(/503/);
    await place.storage?.thaw();
    await expect.poll(async () => (await ask(place, {})).status, { timeout: 20_000, interval: 300 }).toBe(200);
    const staged = { dialogId, status: 'UPLOADED' } as const;
    expect(await place.server.database.prisma.chatAttachment.count({ where: staged })).toBe(0);
  });

  it('answers 404 for an object that is gone, and counts it', async () => {
    const anna = await place.server.as('anna');
    const lost = await sendFile(anna, { bytes: noisePng(300_000), name: 'lost.png' });
    const row = await place.server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id: lost.id } });
    await place.server.running.composition.storages.current.delete(row.storagePath);
    expect((await anna.raw({ path: lost.path })).status).toBe(404);
    const metrics = await place.server.running.composition.metrics.registry.metrics();
    expect(metrics).toMatch(/missing_objects_total 1$/m);
  });

  it('is ready only while the storage answers', async () => {
    expect((await fetch(`${place.server.url}/api/ready`)).status).toBe(200);
    await place.storage?.stop();
    const answer = await fetch(`${place.server.url}/api/ready`);
    expect([answer.status, await answer.json()]).toMatchObject([503, { failing: ['storage'] }]);
    await place.storage?.start();
    const status = async () => (await fetch(`${place.server.url}/api/ready`)).status;
    await expect.poll(status, { timeout: 30_000, interval: 300 }).toBe(200);
  });
});
