import type { PoolClient } from 'pg';
import { type Lease, LeaseLostError } from '#shared/lease/lease.ts';
import { compareStoragePaths, createStoragePath, STORAGE_PREFIX } from '#shared/lib/file-storage/storage-path.ts';
import type { FileStorage, StoredObject } from '#shared/lib/file-storage/types.ts';
import { mapWithLimit } from '#shared/lib/map-with-limit/map-with-limit.ts';
import type { DoctorRepository } from '../../_repositories/doctor-repository.ts';
import { checksumOf, isChecksum } from '../jobs/file-checksum.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import type { DoctorFinding, DoctorReport, DoctorRequest } from './doctor-report.ts';
import { type ExpectedObject, ExpectedObjects, type ExpectedObjectsOptions } from './expected-objects.ts';
import { type Match, mergeJoin } from './merge-join.ts';
import { QUARANTINE_PREFIX, Repair, type RepairOutcome } from './repair.ts';

/** Findings are checked and acted on so many at a time: bounded memory, and few questions to the database. */
const BATCH = 500;
const PARALLEL_STATS = 16;
const PARALLEL_READS = 4;

type Row = ExpectedObject & { id: string };

interface Examination {
  storage: FileStorage;
  repository: DoctorRepository;
  /** Present when repairs are wanted. */
  lease: Lease | null;
  request: DoctorRequest;
  report: DoctorReport;
  findings: FindingSink;
}

/** The doctor's walk over one storage. */
export class StorageExamination {
  readonly #it: Examination;
  readonly #repair: Repair | null;
  readonly #folders = new Map<string, string>();
  /** When the walk read all JSON; null where it does not, on storages that JSON cannot mean. */
  #readJsonAt: Date | null = null;
  #missing: Row[] = [];
  #orphans: string[] = [];
  #foundAgain: Row[] = [];
  #unread: Row[] = [];

  constructor(examination: Examination) {
    this.#it = examination;
    const { storage, repository, lease } = examination;
    this.#repair = lease ? new Repair(storage, repository, lease) : null;
  }

  async run(client: PoolClient, options: ExpectedObjectsOptions): Promise<void> {
    const { request, report, repository } = this.#it;
    this.#readJsonAt = options.isCurrentDriver ? await repository.now() : null;
    const expected = await ExpectedObjects.open(client, options);
    try {
      const prefix = isInside(STORAGE_PREFIX, expected.bounds) ? STORAGE_PREFIX : '';
      for await (const match of mergeJoin(expected, this.#list(prefix), compareStoragePaths)) {
        if (request.signal?.aborted) break;
        await this.#examine(match);
        const waiting = [this.#missing, this.#orphans, this.#foundAgain, this.#unread];
        if (waiting.some((list) => list.length >= BATCH)) await this.#conclude();
        if (report.rows % 1000 === 0) request.onProgress?.(report.rows, 0);
      }
      await this.#conclude();
      request.onProgress?.(report.rows, 0);
    } finally {
      await expected.close();
    }
  }

  async *#list(prefix: string): AsyncGenerator<StoredObject, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#it.storage.list({ prefix, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      for (const object of page.objects) if (!object.path.startsWith(QUARANTINE_PREFIX)) yield object;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  async #examine({ path, left, right: [object] }: Match<ExpectedObject, StoredObject>): Promise<void> {
    const { report } = this.#it;
    const rows = left.filter(isRow);
    const isHeld = left.some(({ kind, isDeleting }) => kind === 'legacy' && !isDeleting);
    for (const row of rows) await this.#countRow(row, isHeld);
    if (!object) {
      this.#missing.push(...rows.filter((row) => !row.isDeleting && !row.isLost));
      report.lost += rows.filter((row) => row.isLost && !row.isDeleting).length;
      return;
    }
    if (left.length === 0) {
      this.#examineOrphan(object);
      return;
    }
    report.objects++;
    if (rows.length === 0) report.legacyOnly++;
    for (const row of rows) {
      if (row.isLost) this.#foundAgain.push(row);
      if (row.sizeBytes !== object.sizeBytes) {
        report.sizeMismatches++;
        await this.#find(
          'size-mismatch',
          path,
          row.id,
          `the row says ${row.sizeBytes} bytes, the object has ${object.sizeBytes}`,
        );
      } else if (this.#it.request.verifyChecksums && isChecksum(row.etag)) this.#unread.push(row);
    }
  }

  /** `isHeld`: a live message names the object, so that its deletion waits as it should. */
  async #countRow(row: Row, isHeld: boolean): Promise<void> {
    const { report } = this.#it;
    if (row.kind === 'rendition') {
      report.renditions++;
      return;
    }
    report.rows++;
    if (row.isStuck && !isHeld) {
      report.stuckDeleting++;
      await this.#find('stuck-deleting', row.path, row.id, 'its deletion does not get on');
    }
    if (row.createdByUserId !== null && this.#isForeign(row.path, row.createdByUserId)) {
      report.foreignPrefix++;
      await this.#find('foreign-prefix', row.path, row.id, "its path lies in another user's folder");
    }
  }

  #examineOrphan(object: StoredObject): void {
    const { report, request } = this.#it;
    if (!object.path.startsWith(STORAGE_PREFIX)) {
      report.foreignObjects++;
      return;
    }
    report.objects++;
    const ageMs = Date.now() - object.lastModified.getTime();
    if (ageMs < request.olderThanMinutes * 60_000) report.youngObjects++;
    else this.#orphans.push(object.path);
  }

  /** Only paths of our own making have a user's folder; an older program's may be anything. */
  #isForeign(path: string, userId: string): boolean {
    const [root, folder, ...rest] = path.split('/');
    if (`${root}/` !== STORAGE_PREFIX || rest.length !== 1) return false;
    let own = this.#folders.get(userId);
    if (own === undefined) {
      own = createStoragePath(userId).split('/')[1] ?? '';
      if (this.#folders.size >= 10_000) this.#folders.clear();
      this.#folders.set(userId, own);
    }
    return folder !== own;
  }

  /** Looks at the candidates again, in the present, reports what is still so and repairs it if asked to. */
  async #conclude(): Promise<void> {
    const [missing, orphans, foundAgain, unread] = [this.#missing, this.#orphans, this.#foundAgain, this.#unread];
    [this.#missing, this.#orphans, this.#foundAgain, this.#unread] = [[], [], [], []];
    await this.#concludeMissing(missing);
    await this.#concludeOrphans(orphans);
    for (const row of foundAgain) await this.#applyRepair(row.path, row.id, (repair) => repair.unmarkLost(row));
    await mapWithLimit(unread, PARALLEL_READS, (row) => this.#compareChecksum(row));
  }

  async #concludeMissing(candidates: readonly Row[]): Promise<void> {
    if (candidates.length === 0) return;
    const { storage, repository, report } = this.#it;
    const standing = await repository.findStanding(candidates.map(({ id }) => id));
    const objects = await mapWithLimit(candidates, PARALLEL_STATS, ({ path }) => storage.stat(path));
    const missing = candidates.filter((row, index) => standing.has(row.id) && objects[index] === null);
    for (const row of missing) {
      const isRendition = row.kind === 'rendition';
      report[isRendition ? 'renditionsWithoutObject' : 'rowsWithoutObject']++;
      const kind = isRendition ? 'rendition-without-object' : 'row-without-object';
      await this.#find(kind, row.path, row.id, 'the storage has no such object');
      await this.#applyRepair(row.path, row.id, (repair) => repair.repairRow(row));
    }
  }

  async #concludeOrphans(candidates: readonly string[]): Promise<void> {
    if (candidates.length === 0) return;
    const { storage, repository, report } = this.#it;
    const named = await repository.findNamedPaths(candidates, this.#readJsonAt);
    const unnamed = candidates.filter((path) => !named.has(path));
    const objects = await mapWithLimit(unnamed, PARALLEL_STATS, (path) => storage.stat(path));
    for (const path of unnamed.filter((_, index) => objects[index] !== null)) {
      report.objectsWithoutRow++;
      await this.#find('object-without-row', path, null, 'nothing in the database names it');
      await this.#applyRepair(path, null, (repair) => repair.quarantine(path, this.#readJsonAt));
    }
  }

  async #compareChecksum(row: Row): Promise<void> {
    const checksum = await checksumOf(this.#it.storage, row.path).catch(() => null);
    if (checksum === row.etag) return;
    this.#it.report.checksumMismatches++;
    const detail = checksum === null ? 'the object could not be read to its end' : 'the bytes are not those stored';
    await this.#find('checksum-mismatch', row.path, row.id, detail);
  }

  async #applyRepair(path: string, id: string | null, act: (repair: Repair) => Promise<RepairOutcome>): Promise<void> {
    if (!this.#repair) return;
    const { report } = this.#it;
    try {
      const outcome = await act(this.#repair);
      if (!outcome.done) return;
      report.repaired++;
      await this.#find('repaired', path, id, outcome.detail);
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      report.failed++;
      await this.#find('repair-failed', path, id, error instanceof Error ? error.message : 'unknown error');
    }
  }

  async #find(kind: DoctorFinding['kind'], path: string, id: string | null, detail: string): Promise<void> {
    const finding: DoctorFinding = { kind, driver: this.#it.storage.driver, id, path, detail };
    await this.#it.findings.add([finding]);
  }
}

function isRow(expected: ExpectedObject): expected is Row {
  return expected.kind !== 'legacy' && expected.id !== null;
}

function isInside(prefix: string, bounds: { first: string; last: string } | null): boolean {
  return bounds === null || (bounds.first.startsWith(prefix) && bounds.last.startsWith(prefix));
}
