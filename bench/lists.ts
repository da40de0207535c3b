import { SEARCH_INDEXES } from '#entities/support-chat/_repositories/search-indexes.ts';
import { buildLiveIndexes } from '#shared/db/live-indexes.ts';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { type ChatSize, fillChat } from './chat-data.ts';
import { type ListCase, listCases } from './list-cases.ts';
import { type Figure, round, type Section } from './report.ts';
import { startTestBed, type TestBed } from './test-bed.ts';

const SHORT: ChatSize = { messages: 20_000, dialogs: 800, customers: 400, longest: 2_000 };
const FULL: ChatSize = { messages: 1_000_000, dialogs: 40_000, customers: 20_000, longest: 10_000 };

/** What feels instant, leaving room for the network. */
const LIST_MS = 50;
const SEARCH_MS = 150;

interface Measured extends ListCase {
  medianMs: number;
  slowestMs: number;
}

/** Every list and search that people wait for, in a chat several years old. */
export async function listsSection(
  full: boolean,
  log: (line: string) => void,
  sections: Section[],
  figures: Figure[],
): Promise<void> {
  const size = full ? FULL : SHORT;
  const bed = await startTestBed();
  try {
    log(`lists: preparing ${count(size.messages)} messages`);
    const indexSeconds = await prepare(bed, size);
    log('lists: measuring');
    const measured: Measured[] = [];
    for (const one of listCases()) measured.push(await measure(bed, one, full ? 15 : 5));
    figures.push(claim('list', LIST_MS, measured, size), claim('search', SEARCH_MS, measured, size));
    sections.push({
      title: 'Lists and search',
      method: `${count(size.messages)} messages of three years with ${count(size.messages * 1.5)} files in ${count(size.dialogs)} conversations of ${count(size.customers)} customers; the longest has ${count(size.longest)} messages. Sequential requests over HTTP, as a page makes them; the slowest is mostly the first, whose table pages are not in memory yet. The search indexes were built alongside the running server in ${round(indexSeconds, 1)} s. The database is the embedded PostgreSQL with default settings.`,
      table: [
        ['case', 'median ms', 'slowest ms'],
        ...measured.map(({ name, medianMs, slowestMs }) => [name, round(medianMs), round(slowestMs)]),
      ],
    });
  } finally {
    await bed.close();
  }
}

/** Fills the chat and makes the bench's user an admin who owns the longest conversation. @returns seconds to build the indexes */
async function prepare(bed: TestBed, size: ChatSize): Promise<number> {
  const pool = createPgPool(bed.databaseUrl, { maxConnections: 2, statementTimeoutMs: 0 });
  try {
    // The server has built them already, on empty tables; filling the tables is faster without them.
    await buildLiveIndexes(bed.databaseUrl, SEARCH_INDEXES);
    for (const { name } of SEARCH_INDEXES) await pool.query(`DROP INDEX "${name}"`);
    await fillChat(pool, size);
    await pool.query(`UPDATE "User" SET "role" = 'ADMIN' WHERE "email" = 'bench@example.test'`);
    await pool.query(`UPDATE "ChatDialog" SET "userId" = (SELECT "id" FROM "User" WHERE "email" = 'bench@example.test')
      WHERE "userId" = 'customer-0'`);
    const startedAt = performance.now();
    await buildLiveIndexes(bed.databaseUrl, SEARCH_INDEXES);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await pool.end();
  }
}

async function measure({ server, cookie }: TestBed, one: ListCase, rounds: number): Promise<Measured> {
  const url = `${server.url}/api/trpc/${one.procedure}?input=${encodeURIComponent(JSON.stringify(one.input))}`;
  const timesMs: number[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    const startedAt = performance.now();
    const response = await fetch(url, { headers: { cookie } });
    const body = await response.text();
    timesMs.push(performance.now() - startedAt);
    if (!response.ok) throw new Error(`${one.name}: status ${response.status}: ${body.slice(0, 500)}`);
  }
  timesMs.sort((first, second) => first - second);
  return {
    ...one,
    medianMs: timesMs[Math.floor(rounds / 2)] ?? Number.NaN,
    slowestMs: timesMs.at(-1) ?? Number.NaN,
  };
}

function claim(kind: ListCase['kind'], targetMs: number, measured: readonly Measured[], size: ChatSize): Figure {
  const [slowest] = measured.filter((one) => one.kind === kind).sort((one, other) => other.medianMs - one.medianMs);
  const ms = slowest?.medianMs ?? Number.NaN;
  return {
    name: `slowest ${kind} among ${count(size.messages)} messages`,
    value: `${round(ms)} ms (${slowest?.name})`,
    target: `under ${targetMs} ms`,
    reached: ms < targetMs,
  };
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
