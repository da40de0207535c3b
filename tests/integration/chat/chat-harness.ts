import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { type AccountEntities, createAccountEntities } from '#entities/account/module.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/types.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { createSupportChatEntities } from '#entities/support-chat/module.ts';
import type { AppRouter } from '#features/support-chat/_api/app-router.ts';
import { createSupportChat, type SupportChat, type SupportChatDeps } from '#features/support-chat/module.ts';
import { PrismaClient } from '#generated/prisma/client.ts';
import { loadConfig, type SupportChatConfig } from '#shared/config/private.ts';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { LocalStorage } from '#shared/lib/file-storage/_providers/local.ts';
import { ObjectCache } from '#shared/lib/file-storage/object-cache.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { createLog } from '#shared/log/log.ts';
import { createMetrics } from '#shared/metrics/metrics.ts';
import { createMemoryRateLimit } from '#shared/rate-limit/rate-limit.ts';
import { type PersonName, people } from '#tests/support/people.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

export type Settings = SupportChatConfig;
export type Caller = ReturnType<AppRouter['createCaller']>;
type EventLimits = SupportChatDeps['eventLimits'];

const log = createLog('silent');
const manages: Record<PersonName, boolean> = { anna: false, boris: false, sofia: true, nikita: false, admin: false };

/** The actor of a test user. */
export function actorOf(name: PersonName): Actor {
  const { id, name: shown, email, role } = people[name];
  return { userId: id, name: shown, email, role, canManageSupportChats: manages[name] };
}

/** The chat over a real database and a real local storage, without HTTP. */
export class ChatHarness {
  readonly database: TestDatabase;
  readonly storage: LocalStorage;
  readonly chat: SupportChat;
  readonly account: AccountEntities;
  readonly settings: Settings;
  readonly #folder: string;
  readonly #eventLimits: EventLimits;
  readonly #prisma: PrismaClient<'query'>;
  readonly #others: ChatHarness[] = [];
  /** Statements the services have sent to the database. */
  statements = 0;

  constructor(database: TestDatabase, folder: string, settings: Settings, eventLimits: EventLimits = {}) {
    this.database = database;
    this.settings = settings;
    this.#folder = folder;
    this.#eventLimits = eventLimits;
    this.storage = new LocalStorage({ dir: folder });
    this.#prisma = new PrismaClient({
      adapter: new PrismaPg(createPgPool(database.url, { maxConnections: 8 }), { disposeExternalPool: true }),
      log: [{ emit: 'event', level: 'query' }],
    });
    this.#prisma.$on('query', () => {
      this.statements += 1;
    });
    const prisma = this.#prisma as unknown as PrismaClient;
    this.account = createAccountEntities(prisma);
    this.chat = createSupportChat({
      databaseUrl: database.url,
      pool: database.pool,
      account: this.account,
      entities: createSupportChatEntities(prisma),
      storages: new StorageRegistry(this.storage, async (driver) => {
        throw new TypeError(`no settings for ${driver}`);
      }),
      cache: new ObjectCache({ maxBytes: 0, maxObjectBytes: 0 }),
      downloadRateLimit: createMemoryRateLimit({ name: 'downloads', max: 1_000_000, windowSeconds: 60 }),
      metrics: createMetrics(),
      log,
      settings,
      eventLimits,
    });
  }

  as(name: PersonName | Actor | null): Caller {
    const actor = typeof name === 'string' ? actorOf(name) : name;
    return this.chat.router.createCaller({ actor });
  }

  /** The same installation with other rollout settings. */
  withSettings(settings: Partial<Settings>): ChatHarness {
    const other = new ChatHarness(this.database, this.#folder, { ...this.settings, ...settings }, this.#eventLimits);
    this.#others.push(other);
    return other;
  }

  /** Stages a small text file as the upload route does; without a conversation, in the draft. */
  async stage(name: PersonName, dialogId?: string, filename = 'note.txt'): Promise<ChatAttachment> {
    const actor = actorOf(name);
    const { entities, stager } = this.chat;
    const target = dialogId ?? (await entities.conversations.findOrCreateDraft(actor.userId)).id;
    const content = `file ${randomBytes(8).toString('hex')}`;
    return stager.stage({
      actor,
      dialogId: target,
      filename,
      body: chunksOf(content),
    });
  }

  /** A conversation of this customer with one message. */
  async openDialog(name: PersonName, initialMessage = 'Hello', topic?: string): Promise<string> {
    const { dialogId } = await this.as(name).supportChat.createDialog({ initialMessage, topic });
    return dialogId;
  }

  get attachments(): ChatAttachmentRepository {
    return this.chat.entities.attachments;
  }

  rowOf(id: string) {
    return this.database.prisma.chatAttachment.findUnique({ where: { id } });
  }

  async countObjects(): Promise<number> {
    return (await this.storage.list({ prefix: '' })).objects.length;
  }

  /** The number of statements that `work` takes. */
  async statementsOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.statements;
    await work();
    return this.statements - before;
  }

  async close(): Promise<void> {
    for (const other of this.#others) await other.close();
    await this.#prisma.$disconnect();
    await this.storage.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The default settings of the chat, with the room a test needs. */
export const DEFAULT_SETTINGS: Settings = {
  ...loadConfig({ NODE_ENV: 'test', AUTH_SECRET: 'a secret for tests, thirty-two characters' }).supportChat,
  maxStaged: 500,
  keepMetadata: true,
  renditionConcurrency: 0,
};

/** A harness for the tests of this file or `describe`; call the result in tests and hooks only. */
export function useChat(settings: Partial<Settings> = {}, eventLimits: EventLimits = {}): () => ChatHarness {
  let harness: ChatHarness | undefined;
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await startTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'attache-chat-'));
    harness = new ChatHarness(database, folder, { ...DEFAULT_SETTINGS, ...settings }, eventLimits);
  });
  afterAll(async () => {
    await harness?.close();
    await database?.close();
  });
  return () => {
    if (!harness) throw new Error('The harness of useChat() is there inside tests and hooks only.');
    return harness;
  };
}

/** Inserts a message as an older program does: by SQL, without a notification. */
export async function insertOldMessage(
  { database }: ChatHarness,
  message: { dialogId: string; from: 'USER' | 'STAFF' | 'SYSTEM'; text?: string; attachments?: unknown; at?: Date },
): Promise<string> {
  const id = randomUUID();
  const { dialogId, from, text = 'old', attachments = null, at = new Date() } = message;
  await database.pool.query(
    `INSERT INTO "ChatMessage" (id, "dialogId", "senderType", "senderUserId", text, attachments, "createdAt")
     VALUES ($1, $2, $3::"SenderType", (SELECT "userId" FROM "ChatDialog" WHERE id = $2 AND $3 = 'USER'), $4, $5, $6)`,
    [id, dialogId, from, text, attachments === null ? null : JSON.stringify(attachments), at],
  );
  return id;
}

/** The code of the expected refusal. @throws when the work succeeds */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.unreachable('expected a refusal'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCError)) throw error;
  return error.code;
}

/** A small file inside the JSON of a call. */
export function inline(content: string | Buffer, filename = 'note.txt', mimeType = 'text/plain') {
  const bytes = Buffer.from(content);
  return { filename, mimeType, sizeBytes: bytes.length, base64: bytes.toString('base64') };
}

async function* chunksOf(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}
