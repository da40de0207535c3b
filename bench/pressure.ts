import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryGrowth, openDescriptors } from './child-process.ts';
import { median } from './load.ts';
import { randomPng, type TestBed } from './test-bed.ts';

const MB = 1_000_000;

/** Growth of the server's memory in bytes while many slow readers, about 2 MB/s each, download a large file. */
export async function slowReaders(bed: TestBed, readers: number, sizeBytes: number, seconds: number): Promise<number> {
  const path = await bed.addFile(sizeBytes);
  return memoryGrowth(bed.server.pid, async () => {
    await Promise.all(Array.from({ length: readers }, () => readSlowly(bed, path, seconds)));
  });
}

function readSlowly(bed: TestBed, path: string, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopAt = performance.now() + seconds * 1000;
    const outgoing = request(
      bed.server.url + path,
      { headers: { cookie: bed.cookie }, agent: false },
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

/** Starts downloads and aborts each after its first bytes; nothing may be left open. */
export async function abortedDownloads(bed: TestBed, downloads: number): Promise<AbortFigures> {
  const path = await bed.addFile(5 * MB);
  await abortDownloads(bed, path, 200);
  await sleep(1000);
  const databasePort = Number(new URL(bed.databaseUrl).port);
  const before = await openDescriptors(bed.server.pid, databasePort);
  const memoryGrowthBytes = await memoryGrowth(bed.server.pid, () => abortDownloads(bed, path, downloads));
  await sleep(2000);
  const metrics = await (await fetch(`${bed.server.url}/api/metrics`)).text();
  return {
    downloads,
    descriptorsLeft: (await openDescriptors(bed.server.pid, databasePort)) - before,
    slotsLeft: Number(/^support_chat_attachment_downloads_open (\d+)/m.exec(metrics)?.[1] ?? Number.NaN),
    memoryGrowthBytes,
  };
}

async function abortDownloads(bed: TestBed, path: string, count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await abortDownload(bed, path);
  };
  await Promise.all(Array.from({ length: 50 }, worker));
}

function abortDownload(bed: TestBed, path: string): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request(bed.server.url + path, { headers: { cookie: bed.cookie }, agent: false }, (response) => {
      response.once('data', () => outgoing.destroy());
    });
    outgoing.on('error', () => {});
    outgoing.on('close', () => resolve());
    outgoing.end();
  });
}

export interface UploadFigures {
  megabytesPerSecond: number;
  baselineMegabytesPerSecond: number;
  ratio: number;
}

/**
 * Sequential uploads of 50 MB without metadata to strip, next to the baseline of the test bed. In pairs, each side first
 * equally often, after one warm-up each; the ratio is the median over the pairs.
 */
export async function measureUploads(bed: TestBed, pairs: number): Promise<UploadFigures> {
  const file = randomBytes(50 * MB);
  const form = formOf(file);
  const sides = {
    baseline: () => sendBytes('PUT', bed.baseline.url, {}, file),
    attache: () =>
      sendBytes(
        'POST',
        `${bed.server.url}/api/support-chat/uploads`,
        { cookie: bed.cookie, ...form.headers },
        form.body,
      ),
  };
  const timed = async (send: () => Promise<number>) => {
    const startedAt = performance.now();
    const status = await send();
    if (status !== 201) throw new Error(`upload: status ${status}`);
    return (file.length / MB / (performance.now() - startedAt)) * 1000;
  };
  await timed(sides.baseline);
  await timed(sides.attache);
  const rates: Record<keyof typeof sides, number[]> = { baseline: [], attache: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const side of pair % 2 === 0 ? (['baseline', 'attache'] as const) : (['attache', 'baseline'] as const)) {
      rates[side].push(await timed(sides[side]));
    }
  }
  const ratio = median(rates.attache.map((rate, index) => rate / (rates.baseline[index] ?? Number.NaN)));
  return { megabytesPerSecond: median(rates.attache), baselineMegabytesPerSecond: median(rates.baseline), ratio };
}

/** Writes the body at once: a client that assembles it in JavaScript takes processor time from the measured server. */
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
  const field =
    'Content-Disposition: form-data; name="file"; filename="bench.dat"\r\nContent-Type: application/octet-stream';
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\n${field}\r\n\r\n`),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}

/** Growth of the server's memory in bytes while uploads run in parallel. */
export function parallelUploads(bed: TestBed, uploads: number, sizeBytes: number): Promise<number> {
  const body = new Blob([randomPng(sizeBytes)]);
  return memoryGrowth(bed.server.pid, async () => {
    const responses = await Promise.all(Array.from({ length: uploads }, () => postFile(bed, body)));
    for (const response of responses)
      if (response.status !== 201) throw new Error(`parallel upload: status ${response.status}`);
  });
}

function postFile(bed: TestBed, body: Blob): Promise<Response> {
  const form = new FormData();
  form.set('file', body, 'bench.png');
  return fetch(`${bed.server.url}/api/support-chat/uploads`, {
    method: 'POST',
    headers: { cookie: bed.cookie },
    body: form,
  });
}
