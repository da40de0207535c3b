import { s3Env } from '../tests/storage/driver-servers.ts';
import { freePort } from '../tests/support/free-port.ts';
import { residentBytes, startProgram } from './child-process.ts';
import { sharedGateway } from './gateway.ts';
import { type Comparison, compare, type Target } from './load.ts';
import { measureUploads, parallelUploads, slowReaders, type UploadFigures } from './pressure.ts';
import { type Figure, round, type Section } from './report.ts';
import { openWorld, type World } from './world.ts';

export interface S3Figures {
  medium: Comparison;
  large: Comparison;
  upload: UploadFigures;
  /** Bytes, with 64 slow readers of 50 MB. */
  readersGrowth: number;
  /** Bytes, with 20 uploads at once. */
  uploadsGrowth: number;
}

const MB = 1_000_000;
/** The SDK's way is long: until it is compiled, the side that was used less is the slower one. */
const WARM_UP_SECONDS = 2;

/**
 * Delivery and uploads over a real S3 server beside a bare SDK pipe. The cache of small objects is off for the rates,
 * since it would answer without the storage. Null where Ceph's gateway is not installed.
 */
async function measureS3(full: boolean, uploadBytes: number): Promise<S3Figures | null> {
  const gateway = await sharedGateway();
  if (gateway === null) return null;
  const settings = await gateway.createBucket();
  // No previews: what is no true picture would be tried, and tried again, in a process beside what is measured.
  const off = { STORAGE_CACHE_BYTES: '0', SUPPORT_CHAT_RENDITION_CONCURRENCY: '0' };
  const world = await openWorld({ ...s3Env(settings), ...off });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const floor = await startProgram(
    ['bench/sdk-floor-server.ts', String(port), world.databaseUrl, JSON.stringify(settings)],
    {},
    `${url}/none`,
  );
  // Multipart and single request once, so that the growth is that of the work and not of the program's first use.
  await world.addFile(6 * MB);
  await world.addFile(100_000);
  const idle = await residentBytes(world.ours.pid);
  /** Over the start of the first of these, so that what one leaves resident does not hide the next one's growth. */
  const growthOf = async (work: () => Promise<number>) => (await residentBytes(world.ours.pid)) - idle + (await work());
  const uploadsGrowth = await growthOf(() => parallelUploads(world, 20, uploadBytes));
  const readersGrowth = await growthOf(() => slowReaders(world, 64, 50 * MB, full ? 16 : 3));
  const beside: World = { ...world, floor: { url } };
  const load = { status: 200, warmUpSeconds: WARM_UP_SECONDS };
  // Many short turns and not a few long ones, since the noise of a machine comes in waves longer than a turn; an even
  // number of them, so that each side is as often first as second.
  const medium = { ...load, connections: 16, seconds: 0.75, rounds: full ? 60 : 12 };
  // A turn has to hold more than one answer of each connection.
  const large = { ...load, connections: 4, seconds: 1.5, rounds: full ? 30 : 6, compareBy: 'bytes' as const };
  const figures = {
    medium: await compare(await targets(beside, 100_000), medium),
    large: await compare(await targets(beside, 50 * MB), large),
    upload: await measureUploads(beside, full ? 40 : 10),
    readersGrowth,
    uploadsGrowth,
  };
  await floor.stop();
  await world.close();
  return figures;
}

async function targets(world: World, sizeBytes: number): Promise<Target[]> {
  const path = await world.addFile(sizeBytes);
  const headers = { cookie: world.cookie };
  return [
    { name: 'floor', url: world.floor.url + path, headers },
    { name: 'ours', url: world.ours.url + path, headers },
  ];
}

export async function s3Section(
  full: boolean,
  say: (line: string) => void,
  sections: Section[],
  figures: Figure[],
): Promise<void> {
  say('s3: 100 KB and 50 MB from and to a real S3 server beside a bare SDK pipe');
  // Each upload has many parts either way; the rest of 100 MB takes time, not memory.
  const uploadBytes = (full ? 100 : 25) * MB;
  const found = await measureS3(full, uploadBytes);
  const uploads = `20 parallel uploads of ${uploadBytes / MB} MB`;
  if (found === null) {
    say("s3: left out, Ceph's gateway is not installed (tools/start-radosgw.sh installs it)");
    return;
  }
  figures.push(
    ratioClaim('S3 100 KB, ours to a bare SDK pipe', found.medium.ratio, 0.9),
    ratioClaim('S3 50 MB, ours to a bare SDK pipe', found.large.ratio, 0.95),
    ratioClaim('S3 upload of 50 MB, ours to a bare SDK upload', found.upload.ratio, 0.95),
    memoryClaim('S3 memory of 64 slow readers of 50 MB', found.readersGrowth, 150),
    memoryClaim(`S3 memory of ${uploads}`, found.uploadsGrowth, 100),
  );
  sections.push({
    title: 'S3',
    method:
      "Ceph's RADOS gateway in memory on the same machine, which does most of the work. The floor is one prepared `SELECT` and the SDK's stream piped into the answer; for uploads, the request as a multipart upload with the numbers of the SDK's own `Upload` (5 MiB, four at a time), with no form to parse, no SHA-256 of the file, no check and no row. Turns of 0.75 s (100 KB, 16 connections) and 1.5 s (50 MB, 4 connections) and single uploads, each side as often first as second, after two seconds of each that do not count; the ratio is the median of the pairs. The cache of small objects and the making of previews are off.",
    table: [
      ['case', 'who', 'requests/s', 'MB/s', 'p50 ms', 'p99 ms'],
      ...ratesOf('100 KB', found.medium),
      ...ratesOf('50 MB', found.large),
      ['upload of 50 MB', 'floor', '', round(found.upload.floorMegabytesPerSecond), '', ''],
      ['upload of 50 MB', 'ours', '', round(found.upload.oursMegabytesPerSecond), '', ''],
      ['growth, 64 slow readers of 50 MB', 'ours', '', `${round(found.readersGrowth / MB)} MB`, '', ''],
      [`growth, ${uploads}`, 'ours', '', `${round(found.uploadsGrowth / MB)} MB`, '', ''],
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
