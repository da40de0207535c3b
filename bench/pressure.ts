import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryGrowth, openDescriptors } from './child-process.ts';
import { median } from './load.ts';
import { pictureOf, type World } from './world.ts';

const MB = 1_000_000;

/** Growth of our process, bytes, while many slow readers take a big file; each reads about 2 MB a second. */
export async function slowReaders(world: World, readers: number, sizeBytes: number, seconds: number): Promise<number> {
  const path = await world.addFile(sizeBytes);
  return memoryGrowth(world.ours.pid, async () => {
    await Promise.all(Array.from({ length: readers }, () => readSlowly(world, path, seconds)));
  });
}

function readSlowly(world: World, path: string, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopAt = performance.now() + seconds * 1000;
    const outgoing = request(
      world.ours.url + path,
      { headers: { cookie: world.cookie }, agent: false },
      async (response) => {
        if (response.statusCode !== 200) return reject(new Error(`slow reader got ${response.statusCode}`));
        for await (const chunk of response) {
          if (performance.now() > stopAt) break;
          await sleep((chunk.length / (2 * MB)) * 1000);
        }
        outgoing.destroy();
        resolve();
      },
    );
    outgoing.on('error', () => resolve());
    outgoing.end();
  });
}

export interface AbortFigures {
  downloads: number;
  descriptorsLeft: number;
  slotsLeft: number;
  memoryGrowthBytes: number;
}

/** Opens downloads and leaves them after the first bytes; nothing may stay behind. */
export async function abortedDownloads(world: World, downloads: number): Promise<AbortFigures> {
  const path = await world.addFile(5 * MB);
  await burst(world, path, 200);
  await sleep(1000);
  const databasePort = Number(new URL(world.databaseUrl).port);
  const before = await openDescriptors(world.ours.pid, databasePort);
  const memoryGrowthBytes = await memoryGrowth(world.ours.pid, () => burst(world, path, downloads));
  await sleep(2000);
  const metrics = await (await fetch(`${world.ours.url}/api/metrics`)).text();
  return {
    downloads,
    descriptorsLeft: (await openDescriptors(world.ours.pid, databasePort)) - before,
    slotsLeft: Number(/^support_chat_attachment_downloads_open (\d+)/m.exec(metrics)?.[1] ?? Number.NaN),
    memoryGrowthBytes,
  };
}

async function burst(world: World, path: string, count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await dropOne(world, path);
  };
  await Promise.all(Array.from({ length: 50 }, worker));
}

function dropOne(world: World, path: string): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request(world.ours.url + path, { headers: { cookie: world.cookie }, agent: false }, (response) => {
      response.once('data', () => outgoing.destroy());
    });
    outgoing.on('error', () => {});
    outgoing.on('close', () => resolve());
    outgoing.end();
  });
}

export interface UploadFigures {
  oursMegabytesPerSecond: number;
  floorMegabytesPerSecond: number;
  ratio: number;
}

/**
 * Uploads of 50 MB one after another, against the floor that pipes the same bytes away. In pairs, each side as often
 * first as second, after one of each that does not count; the ratio is the median of the pairs'.
 */
export async function measureUploads(world: World, pairs: number): Promise<UploadFigures> {
  const file = pictureOf(50 * MB);
  const form = formOf(file);
  const sides = {
    floor: () => sendBytes('PUT', world.floor.url, {}, file),
    ours: () =>
      sendBytes(
        'POST',
        `${world.ours.url}/api/support-chat/uploads`,
        { cookie: world.cookie, ...form.headers },
        form.body,
      ),
  };
  const timed = async (send: () => Promise<number>) => {
    const startedAt = performance.now();
    const status = await send();
    if (status !== 201) throw new Error(`upload answered ${status}`);
    return (file.length / MB / (performance.now() - startedAt)) * 1000;
  };
  await timed(sides.floor);
  await timed(sides.ours);
  const rates: Record<keyof typeof sides, number[]> = { floor: [], ours: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const side of pair % 2 === 0 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      rates[side].push(await timed(sides[side]));
    }
  }
  const ratio = median(rates.ours.map((rate, index) => rate / (rates.floor[index] ?? Number.NaN)));
  return { oursMegabytesPerSecond: median(rates.ours), floorMegabytesPerSecond: median(rates.floor), ratio };
}

/** One body in one write: a sender that makes it in JavaScript takes processor time from the servers it is to measure. */
function sendBytes(method: string, url: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers, 'content-length': body.length } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function formOf(file: Buffer): { headers: Record<string, string>; body: Buffer } {
  const boundary = `bench-${file.length}`;
  const field = 'Content-Disposition: form-data; name="file"; filename="bench.png"\r\nContent-Type: image/png';
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\n${field}\r\n\r\n`),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}

/** Growth of our process, bytes, while uploads run side by side. */
export function parallelUploads(world: World, uploads: number, sizeBytes: number): Promise<number> {
  const body = new Blob([pictureOf(sizeBytes)]);
  return memoryGrowth(world.ours.pid, async () => {
    const answers = await Promise.all(Array.from({ length: uploads }, () => postFile(world, body)));
    for (const answer of answers)
      if (answer.status !== 201) throw new Error(`parallel upload answered ${answer.status}`);
  });
}

function postFile(world: World, body: Blob): Promise<Response> {
  const form = new FormData();
  form.set('file', body, 'bench.png');
  return fetch(`${world.ours.url}/api/support-chat/uploads`, {
    method: 'POST',
    headers: { cookie: world.cookie },
    body: form,
  });
}
