import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { createLog } from '#shared/log/log.ts';
import { startTestDatabase } from '#tests/support/test-database.ts';

export interface SeededAttachment {
  id: string;
  dialogId: string;
  storagePath: string;
  sizeBytes: number;
}

export interface AttachmentSeed {
  status?: 'UPLOADED' | 'LINKED' | 'DELETING';
  messageId?: string | null;
  minutesOld?: number;
  renewedMinutesAgo?: number;
  content?: string;
  withoutObject?: boolean;
  storageDriver?: string | null;
  storagePath?: string;
  etag?: string | null;
}

/** A database and a local storage with one customer and one conversation. */
export class OpsWorld {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly dir: string;
  readonly storage: FileStorage;
  readonly storages: StorageRegistry;
  readonly log = createLog('silent');
  readonly userId = randomUUID();
  readonly dialogId = randomUUID();
  readonly #closeDatabase: () => Promise<void>;

  private constructor(databaseUrl: string, dir: string, storage: FileStorage, closeDatabase: () => Promise<void>) {
    this.databaseUrl = databaseUrl;
    this.pool = createPgPool(databaseUrl, { maxConnections: 20 });
    this.dir = dir;
    this.storage = storage;
    this.storages = new StorageRegistry(storage, async (driver) => {
      throw new TypeError(`no settings for ${driver}`);
    });
    this.#closeDatabase = closeDatabase;
  }

  static async open(): Promise<OpsWorld> {
    const database = await startTestDatabase('empty');
    const dir = await mkdtemp(join(tmpdir(), 'attache-ops-'));
    const storage = await createFileStorage({ driver: 'local', local: { dir: join(dir, 'storage') } });
    const world = new OpsWorld(database.url, dir, storage, () => database.close());
    await world.addUser(world.userId);
    await world.addConversation(world.dialogId);
    return world;
  }

  async close(): Promise<void> {
    await this.storages.close();
    await this.pool.end();
    await this.#closeDatabase();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Removes everything but the customer and the conversation; call between tests. */
  async clear(): Promise<void> {
    await this.pool.query(
      'TRUNCATE "ChatAttachment", "ChatAttachmentRendition", "RenditionJob", "ChatMessage", "Lease", "JobRun" CASCADE',
    );
    await rm(join(this.dir, 'storage'), { recursive: true, force: true });
  }

  async addUser(id: string, role: 'USER' | 'STAFF' | 'ADMIN' = 'USER'): Promise<void> {
    await this.pool.query('INSERT INTO "User" ("id", "name", "email", "role") VALUES ($1, $2, $3, $4::"UserRole")', [
      id,
      'Anna',
      `${id}@demo.test`,
      role,
    ]);
  }

  async addConversation(id: string, userId = this.userId): Promise<void> {
    await this.pool.query('INSERT INTO "ChatDialog" ("id", "userId") VALUES ($1, $2)', [id, userId]);
  }

  async addMessage(
    message: {
      id?: string;
      dialogId?: string;
      attachments?: unknown;
      deleted?: boolean;
      createdAt?: Date;
      senderUserId?: string | null;
    } = {},
  ): Promise<string> {
    const id = message.id ?? randomUUID();
    await this.pool.query(
      `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderUserId", "attachments", "createdAt", "deletedAt")
       VALUES ($1, $2, 'USER', $3, $4, $5, $6)`,
      [
        id,
        message.dialogId ?? this.dialogId,
        message.senderUserId === undefined ? this.userId : message.senderUserId,
        message.attachments === undefined ? null : JSON.stringify(message.attachments),
        message.createdAt ?? new Date(),
        message.deleted ? new Date() : null,
      ],
    );
    return id;
  }

  async putObject(path: string, content = randomBytes(16).toString('hex')): Promise<void> {
    await this.storage.put(path, Readable.from([Buffer.from(content)]));
  }

  async addAttachment(seed: AttachmentSeed = {}): Promise<SeededAttachment> {
    const attachment = {
      id: randomUUID(),
      dialogId: this.dialogId,
      storagePath: seed.storagePath ?? createStoragePath(this.userId),
      sizeBytes: Buffer.byteLength(seed.content ?? 'hello'),
    };
    if (!seed.withoutObject) await this.putObject(attachment.storagePath, seed.content ?? 'hello');
    await this.pool.query(
      `INSERT INTO "ChatAttachment" ("id", "dialogId", "messageId", "storagePath", "mimeType", "sizeBytes", "originalName",
         "createdByUserId", "status", "createdAt", "renewedAt", "storageDriver", "etag")
       VALUES ($1, $2, $3, $4, 'text/plain', $5, 'a.txt', $6, $7::"ChatAttachmentStatus", $8, $9, $10, $11)`,
      [
        attachment.id,
        attachment.dialogId,
        seed.messageId ?? null,
        attachment.storagePath,
        attachment.sizeBytes,
        this.userId,
        seed.status ?? 'UPLOADED',
        minutesAgo(seed.minutesOld ?? 0),
        seed.renewedMinutesAgo === undefined ? null : minutesAgo(seed.renewedMinutesAgo),
        seed.storageDriver ?? null,
        seed.etag ?? null,
      ],
    );
    return attachment;
  }

  async addRendition(attachmentId: string, content = 'small'): Promise<string> {
    const path = createStoragePath(this.userId);
    await this.putObject(path, content);
    await this.pool.query(
      `INSERT INTO "ChatAttachmentRendition" ("id", "attachmentId", "variant", "storagePath", "mimeType", "sizeBytes", "etag", "lastModified")
       VALUES ($1, $2, 'thumbnail', $3, 'image/webp', $4, 'x', now())`,
      [randomUUID(), attachmentId, path, Buffer.byteLength(content)],
    );
    return path;
  }

  async statusOf(id: string): Promise<string | null> {
    const { rows } = await this.pool.query<{ status: string }>(
      'SELECT "status" FROM "ChatAttachment" WHERE "id" = $1',
      [id],
    );
    return rows[0]?.status ?? null;
  }

  async count(sql: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(sql, values);
    return Number(rows[0]?.count);
  }
}

/** The time so many minutes ago. */
export function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000);
}
