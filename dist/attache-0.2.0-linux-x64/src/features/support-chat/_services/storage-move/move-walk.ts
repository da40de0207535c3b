import { type Lease, LeaseLostError } from '#shared/lease/lease.ts';
import { mapWithLimit } from '#shared/lib/file-storage/_model/map-with-limit.ts';
import { StorageObjectMissingError } from '#shared/lib/file-storage/storage-errors.ts';
import { STORAGE_PREFIX } from '#shared/lib/file-storage/storage-path.ts';
import type { FileStorage, StoredObject } from '#shared/lib/file-storage/types.ts';
import type { MoveRepository, PlacedRow } from '../../_repositories/move-repository.ts';
import { QUARANTINE_PREFIX } from '../doctor/repair.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import { copyObject } from './copy-object.ts';
import type { MoveFinding, MoveReport, MoveRequest } from './move-report.ts';

const PARALLEL_COPIES = 4;
const PARALLEL_STATS = 16;

interface Move {
  from: FileStorage;
  to: FileStorage;
  repository: MoveRepository;
  /** Null in a dry run. */
  lease: Lease | null;
  request: MoveRequest;
  report: MoveReport;
  findings: FindingSink;
}

/** The two walks over the source's listing: copying, and afterwards deleting. */
export class MoveWalk {
  readonly #it: Move;

  constructor(move: Move) {
    this.#it = move;
  }

  async copyAll(totalBytes: number): Promise<void> {
    const { report, request, repository } = this.#it;
    for await (const objects of this.#pages()) {
      await this.#it.lease?.assertHeld();
      const rows = await repository.findByPaths(objects.map(({ path }) => path));
      await mapWithLimit(objects, PARALLEL_COPIES, async (object) => {
        if (request.signal?.aborted) return;
        report.objects++;
        report.bytes += object.sizeBytes;
        await this.#moveObject(object, rows.get(object.path) ?? null);
        request.onProgress?.(report.bytes, Math.max(totalBytes, report.bytes));
      });
    }
  }

  /** What a row says is in the target, and is there in its full size, is deleted from the source. */
  async deleteFromSource(lease: Lease): Promise<void> {
    const { from, to, repository, report } = this.#it;
    for await (const objects of this.#pages()) {
      const rows = await repository.findByPaths(objects.map(({ path }) => path));
      const moved = [...rows.values()].filter((row) => row.driver === to.driver);
      const copies = await mapWithLimit(moved, PARALLEL_STATS, (row) => to.stat(row.path));
      const safe = moved.filter((row, index) => copies[index]?.sizeBytes === row.sizeBytes).map(({ path }) => path);
      if (safe.length === 0) continue;
      await lease.assertHeld();
      const { deleted, failed } = await from.deleteMany(safe);
      report.deletedFromSource += deleted.length;
      for (const { path, error } of failed) await this.#fail(path, rows.get(path)?.id ?? null, error);
    }
  }

  async *#pages(): AsyncGenerator<StoredObject[], void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#it.from.list({ prefix: '', limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      yield page.objects;
      cursor = page.next;
    } while (cursor !== undefined && !this.#it.request.signal?.aborted);
  }

  async #moveObject(object: StoredObject, row: PlacedRow | null): Promise<void> {
    const { report, request } = this.#it;
    if (row && (row.driver !== request.from || row.isDeleting)) {
      report.skipped++;
      return;
    }
    if (!row && !isOurs(object.path)) {
      report.leftAlone++;
      await this.#find({
        kind: 'left-alone',
        path: object.path,
        id: null,
        detail: 'no row names it, and it is not in our folder',
      });
      return;
    }
    try {
      report[await this.#copy(object, row)]++;
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      // Deleted since it was listed.
      if (error instanceof StorageObjectMissingError && !row) report.skipped++;
      else await this.#fail(object.path, row?.id ?? null, error);
    }
  }

  async #copy(object: StoredObject, row: PlacedRow | null): Promise<'copied' | 'skipped'> {
    const { from, to, lease, repository } = this.#it;
    if (!lease) return (await to.stat(object.path))?.sizeBytes === object.sizeBytes ? 'skipped' : 'copied';
    const { path, sizeBytes } = object;
    const result = await copyObject(from, to, {
      path,
      sizeBytes,
      mimeType: row?.mimeType ?? null,
      etag: row?.etag ?? null,
    });
    if (row && !(await repository.setDriver(lease, row, to.driver))) {
      await lease.assertHeld();
      // The row was deleted meanwhile, or is about to be: cleanup frees the place that the row names, not this copy.
      await to.delete(path);
      return 'skipped';
    }
    return result === 'copied' ? 'copied' : 'skipped';
  }

  async #fail(path: string, id: string | null, error: unknown): Promise<void> {
    this.#it.report.failed++;
    await this.#find({ kind: 'failed', path, id, detail: error instanceof Error ? error.message : 'unknown error' });
  }

  async #find(finding: MoveFinding): Promise<void> {
    await this.#it.findings.add([finding]);
  }
}

function isOurs(path: string): boolean {
  return path.startsWith(STORAGE_PREFIX) || path.startsWith(QUARANTINE_PREFIX);
}
