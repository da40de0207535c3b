import process from 'node:process';
import { measureDelivery } from './delivery.ts';
import { jobsSection } from './jobs.ts';
import { listsSection } from './lists.ts';
import type { Comparison } from './load.ts';
import { abortedDownloads, measureUploads, parallelUploads, slowReaders } from './pressure.ts';
import { type Figure, round, type Section, writePage } from './report.ts';
import { s3Section } from './s3.ts';
import { startTestBed, type TestBed } from './test-bed.ts';

const MB = 1_000_000;

/** Runs the requested sections and writes `docs/benchmarks.md` or `docs/benchmarks-full.md` with their plots. */
export async function runBench(options: { full: boolean; only: string[] | null }): Promise<void> {
  const wants = (section: string) => options.only?.includes(section) ?? true;
  const seconds = options.full ? 8 : 0.8;
  const rounds = options.full ? 5 : 3;
  const sections: Section[] = [];
  const figures: Figure[] = [];
  if (['delivery', 'uploads', 'pressure'].some(wants)) {
    const bed = await startTestBed();
    try {
      if (wants('delivery')) await deliverySection(bed, seconds, rounds, sections, figures);
      if (wants('uploads')) await uploadSection(bed, rounds, sections, figures);
      if (wants('pressure')) await pressureSection(bed, options.full, sections, figures);
    } finally {
      await bed.close();
    }
  }
  if (wants('s3')) await s3Section(options.full, log, sections, figures);
  if (wants('lists')) await listsSection(options.full, log, sections, figures);
  if (wants('jobs')) await jobsSection(options.full, log, sections, figures);
  await writePage(
    { command: describeCommand(options), name: options.full ? 'benchmarks-full' : 'benchmarks' },
    sections,
    figures,
  );
  process.stdout.write(`${summary(figures)}\n`);
}

async function deliverySection(bed: TestBed, seconds: number, rounds: number, sections: Section[], figures: Figure[]) {
  log('delivery: 304, 2 KB, 100 KB, 50 MB next to the baseline');
  const found = await measureDelivery(bed, seconds, rounds);
  const cases: [string, Comparison, number][] = [
    ['304', found.notModified, 0.8],
    ['2 KB', found.small, 1.5],
    ['100 KB', found.medium, 1.5],
    ['50 MB', found.large, 0.9],
  ];
  const table = [['case', 'server', 'requests/s', 'MB/s', 'p50 ms', 'p99 ms']];
  for (const [name, { rates, ratio }, target] of cases) {
    for (const [who, rate] of Object.entries(rates)) {
      table.push([
        name,
        who,
        round(rate.requestsPerSecond, rate.requestsPerSecond < 100 ? 1 : 0),
        round(rate.megabytesPerSecond),
        round(rate.p50Ms),
        round(rate.p99Ms),
      ]);
    }
    figures.push({
      name: `${name}, relative to the baseline`,
      value: round(ratio, 2),
      target: `at least ${target}`,
      reached: ratio >= target,
    });
  }
  for (const [who, { p50Ms, p99Ms }] of Object.entries(found.firstByte)) {
    table.push(['first byte of 100 KB', who, '', '', round(p50Ms, 2), round(p99Ms, 2)]);
  }
  sections.push({
    title: 'Delivery',
    method:
      '32 keep-alive connections (4 for 50 MB, compared by bytes per second), one request at a time on each, targets measured alternately, median of the rounds. The baseline is a bare `node:http` server: one prepared `SELECT`, then a pipe; no session, permission or limit. nginx serves the same bytes from the folder, without a database. First byte: 300 sequential requests.',
    table,
    bars: cases.map(([label, { rates }]) => ({
      label,
      unit: 'requests/s',
      values: Object.fromEntries(Object.entries(rates).map(([who, rate]) => [who, rate.requestsPerSecond])),
    })),
  });
}

/** A server that has already worked keeps memory it once needed, which would hide the growth to measure. */
async function onFreshServer(work: (bed: TestBed) => Promise<number>): Promise<number> {
  const bed = await startTestBed();
  try {
    // Measure the growth caused by the work, not by code that runs for the first time.
    await bed.addFile(6 * MB);
    return await work(bed);
  } finally {
    await bed.close();
  }
}

async function uploadSection(bed: TestBed, rounds: number, sections: Section[], figures: Figure[]) {
  log('uploads: 50 MB next to the baseline, 20 parallel of 100 MB');
  const rate = await measureUploads(bed, rounds);
  const growth = await onFreshServer((fresh) => parallelUploads(fresh, 20, 100 * MB));
  figures.push(
    {
      name: 'upload of 50 MB, relative to the baseline',
      value: round(rate.ratio, 2),
      target: 'at least 0.9',
      reached: rate.ratio >= 0.9,
    },
    {
      name: 'memory of 20 parallel uploads of 100 MB',
      value: `${round(growth / MB)} MB`,
      target: 'under 100 MB',
      reached: growth < 100 * MB,
    },
  );
  sections.push({
    title: 'Uploads',
    method:
      '50 MB as multipart, one after another, of a type without metadata to strip. The baseline hashes (SHA-256), writes a temporary file, syncs file and folder and writes a row; it reads no form, detects no type, knows no session and no limits. Memory: resident size of a fresh server, peak over start.',
    table: [
      ['server', 'MB/s'],
      ['baseline', round(rate.baselineMegabytesPerSecond)],
      ['attache', round(rate.megabytesPerSecond)],
      ['relative to the baseline', round(rate.ratio, 2)],
      ['memory growth, 20 parallel of 100 MB', `${round(growth / MB)} MB`],
    ],
    bars: [
      {
        label: '50 MB upload',
        unit: 'MB/s',
        values: { baseline: rate.baselineMegabytesPerSecond, attache: rate.megabytesPerSecond },
      },
    ],
  });
}

async function pressureSection(bed: TestBed, full: boolean, sections: Section[], figures: Figure[]) {
  log('pressure: 32 slow readers of 100 MB, 10,000 aborted downloads');
  const growth = await onFreshServer((fresh) => slowReaders(fresh, 32, 100 * MB, full ? 30 : 5));
  const aborted = await abortedDownloads(bed, 10_000);
  figures.push(
    {
      name: 'memory of 32 slow readers of 100 MB',
      value: `${round(growth / MB)} MB`,
      target: 'under 64 MB',
      reached: growth < 64 * MB,
    },
    {
      name: 'left open by 10,000 aborted downloads',
      value: `${aborted.descriptorsLeft} descriptors, ${aborted.slotsLeft} slots`,
      target: '0 and 0',
      reached: aborted.descriptorsLeft <= 0 && aborted.slotsLeft === 0,
    },
  );
  sections.push({
    title: 'Pressure',
    method:
      'Each slow reader takes about 2 MB/s. Downloads are aborted after their first bytes, 50 at a time. Descriptors from /proc, without the connections of the database pool; slots from /api/metrics.',
    table: [
      ['measure', 'value'],
      ['memory growth, 32 slow readers', `${round(growth / MB)} MB`],
      ['memory growth, 10,000 aborted downloads', `${round(aborted.memoryGrowthBytes / MB)} MB`],
      ['descriptors left', String(aborted.descriptorsLeft)],
      ['slots left', String(aborted.slotsLeft)],
    ],
  });
}

function describeCommand({ full, only }: { full: boolean; only: string[] | null }): string {
  const flags = [...(full ? ['--full'] : []), ...(only ? [`--only ${only.join(',')}`] : [])];
  return ['npm run bench', ...(flags.length > 0 ? ['--', ...flags] : [])].join(' ');
}

function summary(figures: readonly Figure[]): string {
  return figures.map((f) => `${f.reached ? 'reached' : 'MISSED '}  ${f.name}: ${f.value} (${f.target})`).join('\n');
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
