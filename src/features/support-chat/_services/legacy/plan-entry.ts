import { copyId } from './copy-id.ts';
import type { LegacyEntry } from './legacy-entries.ts';

/** What the table knows of an id or of a path. */
export interface KnownRow {
  id: string;
  dialogId: string;
  messageId: string | null;
  status: 'UPLOADED' | 'LINKED' | 'DELETING';
  storagePath: string;
  storageDriver: string | null;
}

export interface KnownRows {
  byId: ReadonlyMap<string, KnownRow>;
  byPath: ReadonlyMap<string, KnownRow>;
}

export type EntryPlan =
  /** A row of its own, with the legacy id and path. */
  | { action: 'create' }
  /** The row is there, and is this entry's. */
  | { action: 'skip' }
  /** A row that was staged and never linked, because the message went out by JSON alone. */
  | { action: 'link' }
  /**
   * Another row owns the id or the object. The bytes are copied, because rows never share an object: deleting one
   * message must not take the other's file.
   */
  | { action: 'copy'; id: string; from: KnownRow | null; reason: string };

/**
 * What is to be done about an entry of a live message, given the rows of its id, of its path and of its `copyId`.
 * Pure, so that a dry run and the run decide alike.
 */
export function planEntry(entry: LegacyEntry, dialogId: string, known: KnownRows): EntryPlan {
  const sameId = known.byId.get(entry.id);
  const samePath = known.byPath.get(entry.path);
  if (sameId?.messageId === entry.messageId) return { action: 'skip' };
  if (sameId && isUnlinked(sameId) && sameId.dialogId === dialogId && sameId.storagePath === entry.path) {
    return { action: 'link' };
  }
  if (sameId) {
    const id = copyId(entry);
    if (known.byId.has(id)) return { action: 'skip' };
    return { action: 'copy', id, from: samePath ?? null, reason: 'another message has an attachment of this id' };
  }
  if (samePath) {
    return { action: 'copy', id: entry.id, from: samePath, reason: 'another attachment has the same object' };
  }
  return { action: 'create' };
}

function isUnlinked(row: KnownRow): boolean {
  return row.messageId === null && row.status !== 'LINKED';
}
