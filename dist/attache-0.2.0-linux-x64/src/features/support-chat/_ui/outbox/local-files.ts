import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { StagedAttachmentDto } from '../../_api/dto/chat-dto.ts';
import { createId } from './create-id.ts';

/** A file on its way, kept by the browser so that a reload or a crash does not lose it. */
export interface StoredUpload {
  id: string;
  viewerId: string;
  /** The tab that carries it; a dead tab's files are taken over by the next one. */
  owner: string;
  dialogId: string | null;
  name: string;
  mimeType: string;
  file: Blob;
  width: number | null;
  height: number | null;
  attachment: StagedAttachmentDto | null;
  /** Address of the unfinished tus upload. */
  resumeUrl: string | null;
}

export interface StoredOutgoing {
  clientMessageId: string;
  viewerId: string;
  owner: string;
  dialogId: string | null;
  topic: string | null;
  text: string;
  uploadIds: string[];
  restOf: string | null;
  sentBefore: number;
  createdAt: string;
}

interface Schema extends DBSchema {
  uploads: { key: string; value: StoredUpload };
  outgoing: { key: string; value: StoredOutgoing };
}

/** What a new tab of the same person takes over from tabs that are gone. */
export interface Inheritance {
  uploads: StoredUpload[];
  outgoing: StoredOutgoing[];
}

/**
 * The browser's own store of unsent things. Every method is best effort: private windows and full disks refuse
 * IndexedDB, and sending must go on without it, so failures end here in silence.
 */
export interface LocalFiles {
  /** Once, in the browser. */
  inherit(): Promise<Inheritance>;
  putUpload(upload: Omit<StoredUpload, 'owner' | 'viewerId' | 'resumeUrl'>): Promise<void>;
  patchUpload(id: string, patch: Partial<Pick<StoredUpload, 'attachment' | 'resumeUrl' | 'dialogId'>>): Promise<void>;
  findUpload(id: string): Promise<StoredUpload | null>;
  deleteUpload(id: string): Promise<void>;
  /** All or none of them: a file that no kept message names is forgotten by the next tab. */
  putOutgoing(...messages: Omit<StoredOutgoing, 'owner' | 'viewerId'>[]): Promise<void>;
  deleteOutgoing(clientMessageId: string): Promise<void>;
}

const lockPrefix = 'attache-tab:';

/** Holds a lock as long as this tab lives, so that other tabs can tell the living from the gone. */
function announceTab(tabId: string): void {
  void navigator.locks?.request(lockPrefix + tabId, () => new Promise(() => undefined));
}

async function findLivingTabs(): Promise<Set<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(lockPrefix) ? [name.slice(lockPrefix.length)] : [])));
}

export function openLocalFiles(viewerId: string): LocalFiles {
  const tabId = createId();
  let database: Promise<IDBPDatabase<Schema>> | undefined;
  const open = () => {
    database ??= openDB<Schema>('attache-unsent', 1, {
      upgrade(db) {
        db.createObjectStore('uploads', { keyPath: 'id' });
        db.createObjectStore('outgoing', { keyPath: 'clientMessageId' });
      },
    });
    return database;
  };
  const attempt = async <T>(work: (db: IDBPDatabase<Schema>) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work(await open());
    } catch {
      return otherwise;
    }
  };

  return {
    inherit() {
      announceTab(tabId);
      return attempt((db) => takeOver(db, viewerId, tabId), { uploads: [], outgoing: [] });
    },
    putUpload: (upload) =>
      attempt(async (db) => {
        await db.put('uploads', { ...upload, viewerId, owner: tabId, resumeUrl: null });
      }, undefined),
    patchUpload: (id, patch) =>
      attempt(async (db) => {
        const transaction = db.transaction('uploads', 'readwrite');
        const known = await transaction.store.get(id);
        if (known) await transaction.store.put({ ...known, ...patch });
        await transaction.done;
      }, undefined),
    findUpload: (id) => attempt(async (db) => (await db.get('uploads', id)) ?? null, null),
    deleteUpload: (id) => attempt((db) => db.delete('uploads', id), undefined),
    putOutgoing: (...messages) =>
      attempt(async (db) => {
        const transaction = db.transaction('outgoing', 'readwrite');
        const puts = messages.map((message) => transaction.store.put({ ...message, viewerId, owner: tabId }));
        await Promise.all([...puts, transaction.done]);
      }, undefined),
    deleteOutgoing: (id) => attempt((db) => db.delete('outgoing', id), undefined),
  };
}

/** One tab at a time, or two tabs restored together would both carry the same file. */
async function takeOver(db: IDBPDatabase<Schema>, viewerId: string, tabId: string): Promise<Inheritance> {
  const nothing: Inheritance = { uploads: [], outgoing: [] };
  // Without locks (plain http) the living cannot be told from the gone: better to leave things than to send them twice.
  if (!navigator.locks) return nothing;
  return navigator.locks.request('attache-take-over', async () => {
    // This tab among them: on a slow device its person has begun to write before we come to look.
    const living = (await findLivingTabs()).add(tabId);
    const isFree = (record: { owner: string; viewerId: string }) =>
      record.viewerId === viewerId && !living.has(record.owner);
    const uploads = (await db.getAll('uploads')).filter(isFree).map((upload) => ({ ...upload, owner: tabId }));
    // Kept by an earlier version, they know nothing of rests.
    const whole = { restOf: null, sentBefore: 0 };
    const outgoing = (await db.getAll('outgoing')).filter(isFree).map((one) => ({ ...whole, ...one, owner: tabId }));
    for (const upload of uploads) await db.put('uploads', upload);
    for (const message of outgoing) await db.put('outgoing', message);
    return { uploads, outgoing };
  });
}
