import { freePort } from '#shared/net/ports.ts';
import { s3Env } from '../tests/storage/driver-servers.ts';
import { residentBytes, startProgram } from './child-process.ts';
import { sharedGateway } from './gateway.ts';
import { type Comparison, compare, type Target } from './load.ts';
import { measureUploads, parallelUploads, slowReaders, type UploadFigures } from './pressure.ts';
import { type Figure, round, type Section } from './report.ts';
import { startTestBed, type TestBed } from './test-bed.ts';

export interface S3Figures {
  medium: Comparison;
  large: Comparison;
  upload: UploadFigures;
  /** Memory in bytes, with 64 slow readers of 50 MB. */
  readersGrowth: number;
  /** Memory in bytes, with 20 parallel uploads. */
  uploadsGrowth: number;
}

const MB = 1_000_000;
/** The SDK's code paths are long: until they are compiled, the less used side is slower. */
const WARM_UP_SECONDS = 2;

/**
 * Delivery and uploads over a real S3 server, next to a bare SDK pipe. The cache of small objects is off, since it would
 * answer without the storage. Null where Ceph's gateway is not installed.
 */
async function measureS3(full: boolean, uploadBytes: number): Promise<S3Figures | null> {
  const gateway = await sharedGateway();
  if (gateway === null) return null;
  const settings = await gateway.createBucket();
  // No previews: the random bytes would be tried and retried as pictures in a process next to the measured one.
  const off = { STORAGE_CACHE_BYTES: '0', SUPPORT_CHAT_RENDITION_CONCURRENCY: '0' };
  const bed = await startTestBed({ ...s3Env(settings), ...off });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const baseline = await startProgram(
    ['bench/sdk-baseline-server.ts', String(port), bed.databaseUrl, JSON.stringify(settings)],
    {},
    `${url}/none`,
  );
  // One multipart and one single-request upload first, so that the growth is not that of code running for the first time.
  await bed.addFile(6 * MB);
  await bed.addFile(100_000);
  const idle = await residentBytes(bed.server.pid);
  /** Relative to the idle server, so that memory one measurement leaves resident does not hide the next one's growth. */
  const growthOf = async (work: () => Promise<number>) => (await residentBytes(bed.server.pid)) - idle + (await work());
  const uploadsGrowth = await growthOf(() => parallelUploads(bed, 20, uploadBytes));
  const readersGrowth = await growthOf(() => slowReaders(bed, 64, 50 * MB, full ? 16 : 3));
  const s3Bed: TestBed = { ...bed, baseline: { url } };
  const load = { status: 200, warmUpSeconds: WARM_UP_SECONDS };
  // Many short rounds rather than few long ones, since the machine's noise comes in waves longer than a round; an even
  // number, so that each side is first equally often.
  const medium = { ...load, connections: 16, seconds: 0.75, rounds: full ? 60 : 12 };
  // A round must hold more than one response of each connection.
  const large = { ...load, connections: 4, seconds: 1.5, rounds: full ? 30 : 6, compareBy: 'bytes' as const };
  const figures = {
    medium: await compare(await targets(s3Bed, 100_000), medium),
    large: await compare(await targets(s3Bed, 50 * MB), large),
    upload: await measureUploads(s3Bed, full ? 40 : 10),
    readersGrowth,
    uploadsGrowth,
  };
  await baseline.stop();
  await bed.close();
  return figures;
}

async function targets(bed: TestBed, sizeBytes: number): Promise<Target[]> {
  const path = await bed.addFile(sizeBytes);
  const headers = { cookie: bed.cookie };
  return [
    { name: 'baseline', url: bed.baseline.url + path, headers },
    { name: 'attache', url: bed.server.url + path, headers },
  ];
}

export async function s3Section(
  full: boolean,
  log: (line: string) => void,
  sections: Section[],
  figures: Figure[],
): Promise<void> {
  log('s3: 100 KB and 50 MB on a real S3 server, next to a bare SDK pipe');
  // Each upload has many parts either way; 100 MB would take more time, not more memory.
  const uploadBytes = (full ? 100 : 25) * MB;
  const found = await measureS3(full, uploadBytes);
  const uploads = `20 parallel uploads of ${uploadBytes / MB} MB`;
  if (found === null) {
    log("s3: skipped, Ceph's gateway is not installed (tools/start-radosgw.sh installs it)");
    return;
  }
  figures.push(
    ratioClaim('S3 100 KB, relative to a bare SDK pipe', found.medium.ratio, 0.85),
    ratioClaim('S3 50 MB, relative to a bare SDK pipe', found.large.ratio, 0.85),
    ratioClaim('S3 upload of 50 MB, relative to a bare SDK upload', found.upload.ratio, 0.75),
    memoryClaim('S3 memory of 64 slow readers of 50 MB', found.readersGrowth, 200),
    memoryClaim(`S3 memory of ${uploads}`, found.uploadsGrowth, 250),
  );
  sections.push({
    title: 'S3',
    method:
      "Ceph's RADOS gateway in memory on the same machine, which does most of the work. The baseline is one prepared `SELECT` and the SDK's stream piped into the response; for uploads, the request as the body of the SDK's own `Upload` with its defaults (parts of 5 MiB, four at a time), with no form to parse, no SHA-256 of the file, no check and no row. Rounds of 0.75 s (100 KB, 16 connections) and 1.5 s (50 MB, 4 connections) and single uploads, each side first equally often, after two seconds of warm-up; the ratio is the median of the pairs. The cache of small objects and previews are off.",
    table: [
      ['case', 'server', 'requests/s', 'MB/s', 'p50 ms', 'p99 ms'],
      ...ratesOf('100 KB', found.medium),
      ...ratesOf('50 MB', found.large),
      ['upload of 50 MB', 'baseline', '', round(found.upload.baselineMegabytesPerSecond), '', ''],
      ['upload of 50 MB', 'attache', '', round(found.upload.megabytesPerSecond), '', ''],
      ['memory growth, 64 slow readers of 50 MB', 'attache', '', `${round(found.readersGrowth / MB)} MB`, '', ''],
      [`memory growth, ${uploads}`, 'attache', '', `${round(found.uploadsGrowth / MB)} MB`, '', ''],
    ],
  });
}

function ratesOf(name: string, { rates }: Comparison): string[][] {
  return Object.entries(rates).map(([who, rate]) => [
    name,
    who,
    round(rate.requestsPerSecond, 1),
    round(rate.megabytesPerSecond),
    round(rate.p50Ms),
    round(rate.p99Ms),
  ]);
}

function ratioClaim(name: string, ratio: number, target: number): Figure {
  return { name, value: round(ratio, 2), target: `at least ${target}`, reached: ratio >= target };
}

function memoryClaim(name: string, bytes: number, megabytes: number): Figure {
  return { name, value: `${round(bytes / MB)} MB`, target: `under ${megabytes} MB`, reached: bytes < megabytes * MB };
}
