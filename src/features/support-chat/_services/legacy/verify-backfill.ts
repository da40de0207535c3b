import type { Pool, PoolClient } from 'pg';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { mapWithLimit } from '#shared/lib/map-with-limit/map-with-limit.ts';
import { checksumOf, isChecksum } from '../jobs/file-checksum.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import { AcceptedLosses } from './accepted-losses.ts';
import { type BackfillRequest, countPage, emptyReport, isClean, type VerifyReport } from './backfill-report.ts';
import { BackfillRepository, type KnownAttachment, type LegacyMessage } from './backfill-repository.ts';
import { copyId } from './copy-id.ts';
import { hasLegacyColumn } from './legacy-column.ts';
import {
  type LegacyEntry,
  type LegacyFinding,
  type LegacyFindingKind,
  MAX_SIZE_BYTES,
  readLegacyEntries,
  TOO_LARGE,
} from './legacy-entries.ts';
import { type FoundObject, ObjectLookup } from './object-lookup.ts';

const PARALLEL_READS = 4;

interface Pair {
  entry: LegacyEntry;
  row: KnownAttachment;
}

/**
 * Compares every legacy entry of a live message with its row, and the row with its object. With `checksums` it reads
 * the objects: a row that had no SHA-256 gets it in passing, one that had is compared.
 */
export class VerifyBackfill {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #findings: FindingSink;
  readonly #repository: BackfillRepository;
  readonly #accepted: AcceptedLosses;
  readonly #lookups = new Map<string, ObjectLookup>();
  #report: VerifyReport = emptyVerifyReport();

  constructor(pool: Pool, storages: StorageRegistry, findings: FindingSink, accepted = AcceptedLosses.none()) {
    this.#pool = pool;
    this.#storages = storages;
    this.#accepted = accepted;
    this.#findings = findings;
    this.#repository = new BackfillRepository(pool);
  }

  /** Needs no lock: it changes nothing but missing checksums. @throws StorageUnavailableError */
  async run(request: Omit<BackfillRequest, 'dryRun' | 'maxBatches'>): Promise<VerifyReport> {
    if (!(await hasLegacyColumn(this.#pool))) return emptyVerifyReport();
    const { report } = await recordJobRun(this.#pool, 'backfill-verify', async () => {
      const done = await this.#work(request);
      return { report: done, failed: !isClean(done) };
    });
    return report;
  }

  async #work(request: Omit<BackfillRequest, 'dryRun' | 'maxBatches'>): Promise<VerifyReport> {
    const startedAt = performance.now();
    this.#report = emptyVerifyReport();
    const total = await this.#repository.countMessages();
    const client = await this.#pool.connect();
    try {
      let afterId = '';
      while (!request.signal?.aborted) {
        const messages = await this.#repository.listMessages({ deleted: false, afterId, limit: request.batchSize });
        const last = messages.at(-1);
        if (!last) break;
        await this.#findings.add(await this.#verify(messages, client, request.checksums));
        request.onProgress?.(this.#report.messages, Math.max(total, this.#report.messages));
        afterId = last.id;
      }
    } finally {
      client.release();
    }
    return { ...this.#report, durationMs: Math.round(performance.now() - startedAt) };
  }

  async #verify(messages: readonly LegacyMessage[], client: PoolClient, checksums: boolean): Promise<LegacyFinding[]> {
    const read = messages.map((message) => readLegacyEntries(message.id, message.attachments));
    const entries = read.flatMap((one) => one.entries);
    const findings = read.flatMap((one) => one.findings);
    countPage(this.#report, { messages: messages.length, entries: entries.length, findings });
    const pairs: Pair[] = [];
    const rowless: LegacyEntry[] = [];
    for (const { entry, row } of await this.#findRows(entries)) {
      if (row) pairs.push({ entry, row });
      else rowless.push(entry);
    }
    await this.#countRowless(rowless, client, findings);
    const objects = await this.#findObjects(pairs, client);
    const readable: Pair[] = [];
    for (const pair of pairs) {
      const object = objects.get(pair.row.id);
      const problem = compareWithObject(pair, object);
      if (problem) this.#count(problem.counter, problem.finding, findings);
      else readable.push(pair);
    }
    if (checksums) await this.#compareChecksums(readable, findings);
    this.#report.skipped += readable.length;
    this.#countAccepted(findings);
    return findings;
  }

  /** Without a row because the backfill has not been there, or because no row can hold the size of the object. */
  async #countRowless(entries: readonly LegacyEntry[], client: PoolClient, findings: LegacyFinding[]): Promise<void> {
    const objects = await this.#lookupOf(this.#storages.current, client).find(entries.map(({ path }) => path));
    for (const entry of entries) {
      if ((objects.get(entry.path)?.sizeBytes ?? 0) > MAX_SIZE_BYTES) {
        this.#count('invalid', findingOf('invalid', entry, TOO_LARGE), findings);
      } else this.#count('missingRows', findingOf('missing-row', entry, 'no row stands for it'), findings);
    }
  }

  #countAccepted(findings: readonly LegacyFinding[]): void {
    const count = (kind: LegacyFindingKind) =>
      findings.filter((finding) => finding.kind === kind && this.#accepted.has(finding)).length;
    this.#report.acceptedMissing += count('missing-object');
    this.#report.acceptedInvalid += count('invalid');
  }

  #lookupOf(storage: FileStorage, client: PoolClient): ObjectLookup {
    const lookup = this.#lookups.get(storage.driver) ?? new ObjectLookup(storage, client);
    this.#lookups.set(storage.driver, lookup);
    return lookup;
  }

  /** Beside each entry the row that stands for it: its own, or the copy it got. */
  async #findRows(entries: readonly LegacyEntry[]): Promise<{ entry: LegacyEntry; row: KnownAttachment | null }[]> {
    const { byId } = await this.#repository.findRows(
      entries.map((entry) => entry.id),
      [],
    );
    const isOwn = (entry: LegacyEntry) => byId.get(entry.id)?.messageId === entry.messageId;
    const others = entries.filter((entry) => !isOwn(entry));
    const { byId: copies } = others.length > 0 ? await this.#repository.findRows(others.map(copyId), []) : { byId };
    return entries.map((entry) => {
      const row = isOwn(entry) ? byId.get(entry.id) : copies.get(copyId(entry));
      return { entry, row: row?.messageId === entry.messageId ? row : null };
    });
  }

  async #findObjects(pairs: readonly Pair[], client: PoolClient): Promise<Map<string, FoundObject>> {
    const found = new Map<string, FoundObject>();
    for (const [driver, some] of Map.groupBy(pairs, ({ row }) => row.storageDriver)) {
      const lookup = this.#lookupOf(await this.#storages.for(driver), client);
      const objects = await lookup.find(some.map(({ row }) => row.storagePath));
      for (const { row } of some) {
        const object = objects.get(row.storagePath);
        if (object) found.set(row.id, object);
      }
    }
    return found;
  }

  async #compareChecksums(pairs: readonly Pair[], findings: LegacyFinding[]): Promise<void> {
    const computed = new Map<string, string>();
    await mapWithLimit(pairs, PARALLEL_READS, async ({ entry, row }) => {
      const checksum = await checksumOf(await this.#storages.for(row.storageDriver), row.storagePath);
      if (!isChecksum(row.etag)) computed.set(row.id, checksum);
      else if (row.etag !== checksum) {
        const finding = findingOf('checksum-mismatch', entry, 'the bytes are not those that were stored');
        this.#count('checksumMismatches', finding, findings);
      }
    });
    if (computed.size > 0) await this.#repository.setChecksums(computed);
  }

  #count(counter: Counter, finding: LegacyFinding, findings: LegacyFinding[]): void {
    this.#report[counter]++;
    findings.push(finding);
  }
}

type Counter = 'invalid' | 'missingRows' | 'missingObjects' | 'sizeMismatches' | 'checksumMismatches';

function compareWithObject(
  { entry, row }: Pair,
  object: FoundObject | undefined,
): { counter: Counter; finding: LegacyFinding } | null {
  if (!object) {
    return { counter: 'missingObjects', finding: findingOf('missing-object', entry, 'its row has no object') };
  }
  if (object.sizeBytes !== row.sizeBytes) {
    const detail = `the row says ${row.sizeBytes} bytes, the object has ${object.sizeBytes}`;
    return { counter: 'sizeMismatches', finding: findingOf('size-mismatch', entry, detail) };
  }
  return null;
}

function findingOf(kind: LegacyFindingKind, { messageId, position, id }: LegacyEntry, detail: string): LegacyFinding {
  return { kind, messageId, position, attachmentId: id, detail };
}

function emptyVerifyReport(): VerifyReport {
  return {
    ...emptyReport(false),
    missingRows: 0,
    sizeMismatches: 0,
    checksumMismatches: 0,
    acceptedMissing: 0,
    acceptedInvalid: 0,
  };
}
