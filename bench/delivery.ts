import { type Comparison, compare, type Target } from './load.ts';
import { type TestBed, writePlainFile } from './test-bed.ts';

export interface DeliveryFigures {
  notModified: Comparison;
  small: Comparison;
  medium: Comparison;
  large: Comparison;
  firstByte: Record<string, { p50Ms: number; p99Ms: number }>;
}

const KB = 1000;
const MB = 1_000_000;

/** Requests per second for 304, 2 KB and 100 KB, throughput for 50 MB, and the time to the first byte. */
export async function measureDelivery(bed: TestBed, seconds: number, rounds: number): Promise<DeliveryFigures> {
  const small = await targetsFor(bed, 2 * KB);
  const medium = await targetsFor(bed, 100 * KB);
  const large = await targetsFor(bed, 50 * MB);
  const many = { connections: 32, seconds, rounds };
  return {
    notModified: await compare(await withEtags(small), { ...many, status: 304 }),
    small: await compare(small, { ...many, status: 200 }),
    medium: await compare(medium, { ...many, status: 200 }),
    large: await compare(large, { connections: 4, seconds, rounds, status: 200, compareBy: 'bytes' }),
    firstByte: await firstBytes(medium),
  };
}

async function targetsFor(bed: TestBed, sizeBytes: number): Promise<Target[]> {
  const path = await bed.addFile(sizeBytes);
  const headers = { cookie: bed.cookie };
  const targets: Target[] = [
    { name: 'baseline', url: bed.baseline.url + path, headers },
    { name: 'attache', url: bed.server.url + path, headers },
  ];
  if (bed.nginx) {
    await writePlainFile(bed.storageDir, `plain-${sizeBytes}`, sizeBytes);
    targets.push({ name: 'nginx', url: `${bed.nginx.url}/plain-${sizeBytes}` });
  }
  return targets;
}

async function withEtags(targets: readonly Target[]): Promise<Target[]> {
  return Promise.all(
    targets.map(async (target) => {
      const response = await fetch(target.url, { headers: target.headers ?? {} });
      await response.arrayBuffer();
      return { ...target, headers: { ...target.headers, 'if-none-match': response.headers.get('etag') ?? '' } };
    }),
  );
}

/** Sequential requests: how long a person waits before anything happens. */
async function firstBytes(targets: readonly Target[]): Promise<DeliveryFigures['firstByte']> {
  const samples: Record<string, number[]> = {};
  for (let turn = 0; turn < 300; turn += 1) {
    for (const target of targets) {
      const startedAt = performance.now();
      const response = await fetch(target.url, { headers: target.headers ?? {} });
      const waitedMs = performance.now() - startedAt;
      samples[target.name] = [...(samples[target.name] ?? []), waitedMs];
      await response.arrayBuffer();
    }
  }
  const at = (values: number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
  return Object.fromEntries(
    Object.entries(samples).map(([name, values]) => [name, { p50Ms: at(values, 0.5), p99Ms: at(values, 0.99) }]),
  );
}
