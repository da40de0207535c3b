import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { createId } from './create-id.ts';
import type { StoredOutgoingFields } from './outgoing.ts';
import type { StoredUploadFields } from './upload.ts';

/** Whose it is, and the tab that carries it: what a closed tab leaves behind is claimed by the next one. */
interface Ownership {
  viewerId: string;
  owner: string;
}

type StoredUpload = StoredUploadFields & Ownership;
type StoredOutgoing = StoredOutgoingFields & Ownership;

interface Schema extends DBSchema {
  uploads: { key: string; value: StoredUpload };
  outgoing: { key: string; value: StoredOutgoing };
}

export interface Orphans {
  uploads: readonly StoredUploadFields[];
  outgoing: readonly StoredOutgoingFields[];
}

/**
 * The browser's own store of unsent messages and files (IndexedDB). Best effort: private windows and full disks refuse
 * it, and sending must go on without, so failures end here in silence.
 */
export interface LocalStore {
  /** Takes over what closed tabs of this person left behind. Once, in the browser. */
  claimOrphans(): Promise<Orphans>;
  putUpload(upload: StoredUploadFields): Promise<void>;
  patchUpload(id: string, patch: Partial<StoredUploadFields>): Promise<void>;
  deleteUpload(id: string): Promise<void>;
  /** All or none of them: a file that no stored message names is forgotten by the next tab. */
  putOutgoing(messages: readonly StoredOutgoingFields[]): Promise<void>;
  deleteOutgoing(clientMessageId: string): Promise<void>;
}

const lockPrefix = 'attache-tab:';

/** Holds a lock as long as this tab lives, so that other tabs can tell living tabs from closed ones. */
function announceTab(tabId: string): void {
  void navigator.locks?.request(lockPrefix + tabId, () => new Promise(() => undefined));
}

async function findLivingTabs(): Promise<Set<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(lockPrefix) ? [name.slice(lockPrefix.length)] : [])));
}

export function openLocalStore(currentUserId: string): LocalStore {
  const ownership: Ownership = { viewerId: currentUserId, owner: createId() };
  let database: Promise<IDBPDatabase<Schema>> | undefined;
  const attempt = async <T>(work: (db: IDBPDatabase<Schema>) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      database ??= openDB<Schema>('attache-unsent', 1, {
        upgrade(db) {
          db.createObjectStore('uploads', { keyPath: 'id' });
          db.createObjectStore('outgoing', { keyPath: 'clientMessageId' });
        },
      });
      return await work(await database);
    } catch {
      return otherwise;
    }
  };

  return {
    claimOrphans() {
      announceTab(ownership.owner);
      return attempt((db) => claimOrphans(db, ownership), { uploads: [], outgoing: [] });
    },
    putUpload: (upload) =>
      attempt(async (db) => {
        const { id, dialogId, name, mimeType, file, width, height, attachment, resumeUrl } = upload;
        const fields = { id, dialogId, name, mimeType, file, width, height, attachment, resumeUrl };
        await db.put('uploads', { ...fields, ...ownership });
      }, undefined),
    patchUpload: (id, patch) =>
      attempt(async (db) => {
        const transaction = db.transaction('uploads', 'readwrite');
        const known = await transaction.store.get(id);
        if (known) await transaction.store.put({ ...known, ...patch });
        await transaction.done;
      }, undefined),
    deleteUpload: (id) => attempt((db) => db.delete('uploads', id), undefined),
    putOutgoing: (messages) =>
      attempt(async (db) => {
        const transaction = db.transaction('outgoing', 'readwrite');
        const puts = messages.map(({ clientMessageId, dialogId, topic, text, uploadIds, createdAt }) =>
          transaction.store.put({ clientMessageId, dialogId, topic, text, uploadIds, createdAt, ...ownership }),
        );
        await Promise.all([...puts, transaction.done]);
      }, undefined),
    deleteOutgoing: (id) => attempt((db) => db.delete('outgoing', id), undefined),
  };
}

/** One tab at a time, or two tabs restored together would both carry the same file. */
async function claimOrphans(db: IDBPDatabase<Schema>, ownership: Ownership): Promise<Orphans> {
  // Without locks (plain http) living tabs cannot be told from closed ones: rather leave things than send them twice.
  if (!navigator.locks) return { uploads: [], outgoing: [] };
  return navigator.locks.request('attache-claim-orphans', async () => {
    // This tab among them: on a slow device its person has begun to write before we come to look.
    const living = (await findLivingTabs()).add(ownership.owner);
    const isOrphan = (record: Ownership) => record.viewerId === ownership.viewerId && !living.has(record.owner);
    const uploads = (await db.getAll('uploads')).filter(isOrphan);
    const outgoing = (await db.getAll('outgoing')).filter(isOrphan);
    for (const upload of uploads) await db.put('uploads', { ...upload, ...ownership });
    for (const message of outgoing) await db.put('outgoing', { ...message, ...ownership });
    return { uploads, outgoing };
  });
}
