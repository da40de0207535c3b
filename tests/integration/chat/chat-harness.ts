import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { TRPCError } from '@trpc/server';
import { Container } from 'inversify';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { accountEntities } from '#entities/account/module.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/attachment.ts';
import { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ObjectNames } from '#entities/support-chat/_repositories/object-names.ts';
import { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { supportChatEntities } from '#entities/support-chat/module.ts';
import { createAppRouter } from '#features/support-chat/_api/app-router.ts';
import { operationsFeature } from '#features/support-chat/_services/storage-overview/module.ts';
import { StageAttachment } from '#features/support-chat/_services/upload/stage-attachment.ts';
import { StagedCaps } from '#features/support-chat/_services/upload/staged-caps.ts';
import { keepMetadata } from '#features/support-chat/_services/upload/strip-metadata.ts';
import { chatServicesOf, type SupportChatFeatureOptions, supportChatFeature } from '#features/support-chat/module.ts';
import { PrismaClient } from '#generated/prisma/client.ts';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { toTypePolicy } from '#shared/file-type/type-policy.ts';
import { LocalStorage } from '#shared/lib/file-storage/_providers/local.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { createLog } from '#shared/log/log.ts';
import { createMetrics } from '#shared/metrics/metrics.ts';
import { type PersonName, people } from '#tests/support/people.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

export type Settings = SupportChatFeatureOptions['settings'];
export type Caller = ReturnType<ReturnType<typeof createAppRouter>['createCaller']>;

const log = createLog('silent');
const manages: Record<PersonName, boolean> = { anna: false, boris: false, sofia: true, nikita: false, admin: false };

/** The actor of a test user. */
export function actorOf(name: PersonName): Actor {
  const { id, name: shown, email, role } = people[name];
  return { userId: id, name: shown, email, role, canManageSupportChats: manages[name] };
}

/** The use cases behind the router on a real database and a real local storage, without HTTP. */
export class ChatHarness {
  readonly database: TestDatabase;
  readonly storage: LocalStorage;
  readonly container: Container;
  readonly settings: Settings;
  readonly #folder: string;
  readonly #eventLimits: SupportChatFeatureOptions['eventLimits'];
  readonly #prisma: PrismaClient<'query'>;
  readonly #others: ChatHarness[] = [];
  /** Statements the use cases have sent to the database. */
  statements = 0;

  constructor(
    database: TestDatabase,
    folder: string,
    settings: Settings,
    eventLimits: SupportChatFeatureOptions['eventLimits'] = {},
  ) {
    this.database = database;
    this.settings = settings;
    this.#folder = folder;
    this.#eventLimits = eventLimits;
    this.storage = new LocalStorage({ dir: folder });
    const container = new Container();
    this.#prisma = new PrismaClient({
      adapter: new PrismaPg(createPgPool(database.url, { maxConnections: 8 }), { disposeExternalPool: true }),
      log: [{ emit: 'event', level: 'query' }],
    });
    this.#prisma.$on('query', () => {
      this.statements += 1;
    });
    container.bind<unknown>(PrismaClient).toConstantValue(this.#prisma);
    container.load(accountEntities, supportChatEntities);
    container
      .bind(StageAttachment)
      .toResolvedValue((attachments) => this.#createStager(attachments), [ChatAttachmentRepository])
      .inSingletonScope();
    container.load(supportChatFeature({ settings, databaseUrl: database.url, log, eventLimits }));
    const storages = new StorageRegistry(this.storage, async (driver) => {
      throw new TypeError(`no settings for ${driver}`);
    });
    const operations = { staleAfterMinutes: 1440, cleanupLockNamespace: 'test', cleanupLockTtlSeconds: 30 };
    container.load(operationsFeature({ pool: database.pool, storages, log, settings: operations }));
    this.container = container;
  }

  as(name: PersonName | Actor | null): Caller {
    const actor = typeof name === 'string' ? actorOf(name) : name;
    return createAppRouter(chatServicesOf(this.container)).createCaller({ actor });
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
    const target = dialogId ?? (await this.container.get(ConversationRepository).findOrCreateDraft(actor.userId)).id;
    const content = `file ${randomBytes(8).toString('hex')}`;
    return this.container.get(StageAttachment).stage({
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
    return this.container.get(ChatAttachmentRepository);
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

  #createStager(attachments: ChatAttachmentRepository): StageAttachment {
    return new StageAttachment({
      attachments,
      names: new ObjectNames(this.database.pool),
      storage: this.storage,
      caps: new StagedCaps(attachments, { maxCount: 500, maxBytes: 2 ** 30 }),
      metrics: createMetrics(),
      log,
      maxBytes: 100 * 1024 * 1024,
      fileTypes: toTypePolicy(undefined, undefined),
      stripMetadata: keepMetadata,
    });
  }
}

/** The default settings of the chat. */
export const DEFAULT_SETTINGS: Settings = {
  readMode: 'table',
  tableWrite: true,
  legacyWrite: true,
  attachmentsPerMessage: 10,
};

/** A harness for the tests of this file or `describe`; call the result in tests and hooks only. */
export function useChat(
  settings: Partial<Settings> = {},
  eventLimits: SupportChatFeatureOptions['eventLimits'] = {},
): () => ChatHarness {
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
