import { strongEntityTag } from '#shared/http/etag.ts';
import type { Lease } from '#shared/lease/lease.ts';
import { StorageObjectMissingError } from '#shared/lib/file-storage/storage-errors.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { mapWithLimit } from '#shared/lib/map-with-limit/map-with-limit.ts';
import { checksumOf } from '../jobs/file-checksum.ts';
import { type BackfillReport, type BackfillRequest, countPage } from './backfill-report.ts';
import type { BackfillRepository, LegacyMessage, NewRow } from './backfill-repository.ts';
import { copyId } from './copy-id.ts';
import {
  cleanMediaType,
  type LegacyEntry,
  type LegacyFinding,
  type LegacyFindingKind,
  MAX_SIZE_BYTES,
  readLegacyEntries,
  TOO_LARGE,
} from './legacy-entries.ts';
import type { FoundObject, ObjectLookup } from './object-lookup.ts';
import { type EntryPlan, type KnownRow, planEntry } from './plan-entry.ts';

const PARALLEL_READS = 4;

interface PlannedEntry {
  entry: LegacyEntry;
  authorId: string;
  plan: EntryPlan;
}

/** Turns one page of messages into rows. Without a lease it only counts what it would do. */
export class BackfillBatch {
  readonly #repository: BackfillRepository;
  readonly #storages: StorageRegistry;
  readonly #lease: Lease | null;
  readonly #request: BackfillRequest;
  #findings: LegacyFinding[] = [];
  /** Paths of the copies made for the page in hand. */
  #copies = new Set<string>();

  constructor(
    repository: BackfillRepository,
    storages: StorageRegistry,
    lease: Lease | null,
    request: BackfillRequest,
  ) {
    this.#repository = repository;
    this.#storages = storages;
    this.#lease = lease;
    this.#request = request;
  }

  /** Adds to `report`; returns what was out of the ordinary. */
  async process(
    messages: readonly LegacyMessage[],
    deleted: boolean,
    lookup: ObjectLookup,
    report: BackfillReport,
  ): Promise<LegacyFinding[]> {
    const read = messages.map((message) => readLegacyEntries(message.id, message.attachments));
    const entries = read.flatMap((one) => one.entries);
    this.#findings = read.flatMap((one) => one.findings);
    countPage(report, { messages: messages.length, entries: entries.length, findings: this.#findings });
    const planned = deleted ? await this.#planDeleted(entries) : await this.#planLive(entries, messages);
    report.duplicates += planned.filter(({ plan }) => plan.action === 'copy').length;

    const open = planned.filter(({ plan }) => plan.action === 'create' || plan.action === 'copy');
    const objects = await lookup.find(open.map(({ entry }) => entry.path));
    const invalidBefore = report.invalid;
    const rows = (await mapWithLimit(open, PARALLEL_READS, (one) => this.#rowOf(one, objects, deleted, report))).filter(
      (row) => row !== null,
    );
    const links = planned.filter(({ plan }) => plan.action === 'link').map(({ entry }) => entry);
    const created = await this.#write(rows, links);
    report.created += created;
    report.skipped += entries.length - created - (report.invalid - invalidBefore);
    return this.#findings;
  }

  async #planLive(entries: readonly LegacyEntry[], messages: readonly LegacyMessage[]): Promise<PlannedEntry[]> {
    const messageOf = new Map(messages.map((message) => [message.id, message]));
    const found = await this.#repository.findRows(
      entries.map((entry) => entry.id),
      entries.map((entry) => entry.path),
    );
    const byId = new Map<string, KnownRow>(found.byId);
    const byPath = new Map<string, KnownRow>(found.byPath);
    await this.#addCopies(entries, byId);
    return entries.map((entry) => {
      const { dialogId = '', authorId = '' } = messageOf.get(entry.messageId) ?? {};
      const plan = planEntry(entry, dialogId, { byId, byPath });
      if (plan.action === 'create' || plan.action === 'copy') {
        const row = plannedRow(entry, plan, dialogId);
        byId.set(row.id, row);
        if (plan.action === 'create') byPath.set(row.storagePath, row);
      }
      if (plan.action === 'copy') this.#find('duplicate', entry, `${plan.reason}; it gets a copy, id ${plan.id}`);
      return { entry, authorId, plan };
    });
  }

  /** Rows made by an earlier run for entries whose id belongs to another message; few, so asked for only if needed. */
  async #addCopies(entries: readonly LegacyEntry[], byId: Map<string, KnownRow>): Promise<void> {
    const firstOf = new Map<string, string>();
    const ids = entries.filter((entry) => {
      const owner = byId.get(entry.id)?.messageId ?? firstOf.get(entry.id) ?? entry.messageId;
      firstOf.set(entry.id, owner);
      return owner !== entry.messageId;
    });
    if (ids.length === 0) return;
    const { byId: copies } = await this.#repository.findRows(ids.map(copyId), []);
    for (const [id, row] of copies) byId.set(id, row);
  }

  /** Of deleted messages only objects that no row owns are taken over, for the cleanup to free. */
  async #planDeleted(entries: readonly LegacyEntry[]): Promise<PlannedEntry[]> {
    const { byId, byPath } = await this.#repository.findRows(
      entries.map((entry) => entry.id),
      entries.map((entry) => entry.path),
    );
    return entries.map((entry) => {
      const isOwned = byId.has(entry.id) || byPath.has(entry.path);
      return { entry, authorId: '', plan: { action: isOwned ? 'skip' : 'create' } };
    });
  }

  async #rowOf(
    { entry, authorId, plan }: PlannedEntry,
    objects: ReadonlyMap<string, FoundObject>,
    deleted: boolean,
    report: BackfillReport,
  ): Promise<NewRow | null> {
    const object = objects.get(entry.path);
    // A deleted message's file that is gone is just what was wanted.
    if (!object && deleted) return null;
    const sizeBytes = object?.sizeBytes ?? clampSize(entry.sizeBytes ?? 0);
    if (sizeBytes > MAX_SIZE_BYTES) {
      report.invalid++;
      this.#find('invalid', entry, TOO_LARGE);
      return null;
    }
    if (!object) {
      report.missingObjects++;
      this.#find('missing-object', entry, 'the storage has no such object; the page will say that the file is lost');
    } else if (entry.sizeBytes !== null && entry.sizeBytes !== sizeBytes) {
      this.#find(
        'note',
        entry,
        `the JSON says ${entry.sizeBytes} bytes, the object has ${sizeBytes}; the object is right`,
      );
    }
    const id = plan.action === 'copy' ? plan.id : entry.id;
    return {
      id,
      messageId: entry.messageId,
      position: entry.position,
      storagePath: plan.action === 'copy' ? await this.#copyObject(entry, authorId, object) : entry.path,
      storageDriver: this.#storages.current.driver,
      mimeType: cleanMediaType(entry.type),
      sizeBytes,
      originalName: entry.name,
      etag: object ? await this.#tagOf(id, entry, sizeBytes) : bareTag(id, sizeBytes),
      lastModified: object?.lastModified ?? null,
      isLost: !object,
    };
  }

  async #copyObject(entry: LegacyEntry, authorId: string, object: FoundObject | undefined): Promise<string> {
    const path = createStoragePath(authorId);
    if (!object || !this.#lease) return path;
    try {
      await this.#storages.current.copy(entry.path, path);
      this.#copies.add(path);
    } catch (error) {
      // Freed since it was looked up: the message was deleted, and the row is made for deletion as well.
      if (!(error instanceof StorageObjectMissingError)) throw error;
    }
    return path;
  }

  async #tagOf(id: string, entry: LegacyEntry, sizeBytes: number): Promise<string> {
    if (!this.#request.checksums || !this.#lease) return bareTag(id, sizeBytes);
    return checksumOf(this.#storages.current, entry.path);
  }

  async #write(rows: readonly NewRow[], links: readonly LegacyEntry[]): Promise<number> {
    const lease = this.#lease;
    if (!lease) return rows.length + links.length;
    const linked = await this.#repository.linkRows(
      lease,
      links.map(({ id, messageId, position }) => ({ id, messageId, position })),
    );
    const created = await this.#repository.createRows(lease, rows);
    await this.#removeCopies(rows.filter(({ id }) => !created.has(id)));
    // Fewer than asked for: running traffic made them first, or the lease is lost.
    if (created.size < rows.length || linked.size < links.length) await lease.assertHeld();
    return created.size + linked.size;
  }

  /** A row was there first, of a deletion at the same time: nothing else knows the copy that was made for ours. */
  async #removeCopies(refused: readonly NewRow[]): Promise<void> {
    const left = refused.flatMap(({ storagePath }) => (this.#copies.has(storagePath) ? [storagePath] : []));
    this.#copies = new Set();
    // What cannot be removed now has no row, and the doctor finds it.
    if (left.length > 0) await this.#storages.current.deleteMany(left).catch(() => undefined);
  }

  #find(kind: LegacyFindingKind, entry: LegacyEntry, detail: string): void {
    const { messageId, position, id } = entry;
    this.#findings.push({ kind, messageId, position, attachmentId: id, detail });
  }
}

/** Of a lost file the size is only something to show. */
function clampSize(sizeBytes: number): number {
  return Math.min(sizeBytes, MAX_SIZE_BYTES);
}

function plannedRow(entry: LegacyEntry, plan: EntryPlan, dialogId: string): KnownRow {
  return {
    id: plan.action === 'copy' ? plan.id : entry.id,
    dialogId,
    messageId: entry.messageId,
    status: 'LINKED',
    storagePath: entry.path,
    storageDriver: null,
  };
}

/** The tag that delivery makes up for a file without one, so that no copy a browser holds becomes stale by the backfill. */
function bareTag(id: string, sizeBytes: number): string {
  return strongEntityTag(null, id, sizeBytes).slice(1, -1);
}
