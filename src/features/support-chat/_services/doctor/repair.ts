import type { Lease } from '#shared/lease/lease.ts';
import { StorageObjectMissingError } from '#shared/lib/file-storage/storage-errors.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { DoctorRepository } from '../../_repositories/doctor-repository.ts';
import type { ExpectedObject } from './expected-objects.ts';

/** Nothing is deleted by a repair: what has no row is kept here, under its old path, until an operator deletes it. */
export const QUARANTINE_PREFIX = 'support-chat-quarantine/';

export type RepairOutcome = { done: false } | { done: true; detail: string };

const NOT_DONE: RepairOutcome = { done: false };

/** Repairs findings of one storage, each checked again at the moment of the repair. */
export class Repair {
  readonly #storage: FileStorage;
  readonly #repository: DoctorRepository;
  readonly #lease: Lease;

  constructor(storage: FileStorage, repository: DoctorRepository, lease: Lease) {
    this.#storage = storage;
    this.#repository = repository;
    this.#lease = lease;
  }

  /**
   * Moves an object that nothing names into quarantine. Between the last look and the move a row may still appear (an
   * upload that took hours); the next run then finds a row without object, and brings it back.
   */
  async quarantine(path: string, since: Date | null): Promise<RepairOutcome> {
    await this.#lease.assertHeld();
    if (await this.#isNamed(path, since)) return NOT_DONE;
    const target = QUARANTINE_PREFIX + path;
    try {
      await this.#storage.copy(path, target);
    } catch (error) {
      if (error instanceof StorageObjectMissingError) return NOT_DONE;
      throw error;
    }
    if (await this.#isNamed(path, since)) {
      await this.#storage.delete(target);
      return NOT_DONE;
    }
    await this.#storage.delete(path);
    return { done: true, detail: `moved to ${target}` };
  }

  /** Brings the object back from quarantine, or else marks the row, so that the page says "file lost". */
  async repairRow(row: ExpectedObject & { id: string }): Promise<RepairOutcome> {
    let detail = '';
    const table = row.kind === 'rendition' ? 'ChatAttachmentRendition' : 'ChatAttachment';
    const done = await this.#repository.withLockedRow(
      this.#lease,
      { id: row.id, path: row.path, table },
      async (client) => {
        if (await this.#storage.stat(row.path)) return false;
        if (await this.#bringBack(row)) {
          detail = 'its object was brought back from quarantine';
          return true;
        }
        if (row.kind === 'rendition') {
          detail = 'it will be made again';
          return this.#repository.renewRendition(client, row.id);
        }
        detail = 'marked as lost';
        return this.#repository.setLost(client, row.id, true);
      },
    );
    return done ? { done, detail } : NOT_DONE;
  }

  /** A row marked as lost whose object is there after all. */
  async unmarkLost(row: ExpectedObject & { id: string }): Promise<RepairOutcome> {
    const done = await this.#repository.withLockedRow(
      this.#lease,
      { id: row.id, path: row.path, table: 'ChatAttachment' },
      async (client) =>
        (await this.#storage.stat(row.path)) !== null && this.#repository.setLost(client, row.id, false),
    );
    return done ? { done, detail: 'its object is there again; the mark "lost" was taken away' } : NOT_DONE;
  }

  async #bringBack(row: ExpectedObject): Promise<boolean> {
    const kept = QUARANTINE_PREFIX + row.path;
    const object = await this.#storage.stat(kept);
    if (!object || object.sizeBytes !== row.sizeBytes) return false;
    await this.#storage.copy(kept, row.path);
    await this.#storage.delete(kept);
    return true;
  }

  async #isNamed(path: string, since: Date | null): Promise<boolean> {
    return (await this.#repository.findNamedPaths([path], since)).size > 0;
  }
}
