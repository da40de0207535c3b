import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { toLegacyAttachment } from '#entities/support-chat/_domain/legacy-attachment.ts';
import type { Prisma, PrismaClient } from '#shared/db/prisma-client.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { DEMO_CONVERSATIONS, type DemoConversation, type DemoFile, type DemoMessage } from './demo-conversations.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoPerson } from './demo-people.ts';

export type DemoParts = {
  readonly prisma: PrismaClient;
  readonly storage: Pick<FileStorage, 'driver' | 'put' | 'deleteMany'>;
  /** The hash that sign-in checks against. */
  readonly hashPassword: (password: string) => Promise<string>;
};

type PeopleIds = Record<DemoPerson, string>;
type StoredFile = DemoFile & { id: string; storagePath: string; sizeBytes: number; etag: string };
type StoredFiles = ReadonlyMap<DemoFile, StoredFile>;

/**
 * Fills an installation without any user with the demo accounts and two conversations whose files are really stored.
 * Where anybody has an account it does nothing: what a user has changed or deleted stays that way.
 * @returns whether it filled anything
 */
export async function seedDemo(parts: DemoParts): Promise<boolean> {
  if ((await parts.prisma.user.count()) > 0) return false;
  const ids = mapPeople(() => randomUUID());
  const password = await parts.hashPassword(DEMO_PASSWORD);
  const files = await storeFiles(parts.storage, ids);
  const filled = await parts.prisma.$transaction(
    async (tx) => {
      // Of two instances that start together on an empty database, one fills it.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('attache-demo'))`;
      if ((await tx.user.count()) > 0) return false;
      await createAccounts(tx, ids, password);
      const now = Date.now();
      for (const conversation of DEMO_CONVERSATIONS) {
        await createConversation(tx, conversation, { ids, files, now, driver: parts.storage.driver });
      }
      return true;
    },
    { timeout: 30_000 },
  );
  if (!filled) await parts.storage.deleteMany([...files.values()].map((file) => file.storagePath));
  return filled;
}

async function storeFiles(storage: DemoParts['storage'], ids: PeopleIds): Promise<StoredFiles> {
  const stored = new Map<DemoFile, StoredFile>();
  for (const { messages } of DEMO_CONVERSATIONS) {
    for (const { from, files = [] } of messages) {
      for (const file of files) {
        const bytes = await readFile(new URL(`../demo-assets/${file.asset}`, import.meta.url));
        const storagePath = createStoragePath(ids[from]);
        await storage.put(storagePath, Readable.from([bytes]), { contentType: file.mimeType });
        const etag = createHash('sha256').update(bytes).digest('hex');
        stored.set(file, { ...file, id: randomUUID(), storagePath, sizeBytes: bytes.length, etag });
      }
    }
  }
  return stored;
}

async function createAccounts(tx: Prisma.TransactionClient, ids: PeopleIds, password: string): Promise<void> {
  for (const [key, person] of Object.entries(DEMO_PEOPLE)) {
    const id = ids[key as DemoPerson];
    const { email, name, role } = person;
    await tx.user.create({
      data: {
        ...{ id, email, name, role, emailVerified: true },
        accounts: { create: { accountId: id, providerId: 'credential', password } },
        ...('canManageSupportChats' in person && {
          staffPermission: { create: { canManageSupportChats: person.canManageSupportChats } },
        }),
      },
    });
  }
}

type Context = { ids: PeopleIds; files: StoredFiles; now: number; driver: string };

async function createConversation(tx: Prisma.TransactionClient, conversation: DemoConversation, context: Context) {
  const { ids, now } = context;
  const at = (message: DemoMessage | undefined) => new Date(now - (message?.minutesAgo ?? 0) * 60_000);
  const { messages } = conversation;
  const dialog = await tx.chatDialog.create({
    data: {
      userId: ids[conversation.customer],
      topic: conversation.topic,
      createdAt: at(messages[0]),
      updatedAt: at(messages.at(-1)),
      lastMessageAt: at(messages.at(-1)),
    },
  });
  const messageIds: string[] = [];
  for (const message of messages) messageIds.push(await createMessage(tx, dialog.id, message, at(message), context));
  const readers = { USER: conversation.readByCustomer, STAFF: conversation.readByStaff } as const;
  for (const readerType of ['USER', 'STAFF'] as const) {
    const seen = readers[readerType];
    await tx.supportReadState.create({
      data: {
        dialogId: dialog.id,
        readerType,
        readerUserId: readerType === 'USER' ? ids[conversation.customer] : ids.sofia,
        lastReadMessageId: messageIds[seen - 1] ?? null,
        readAt: at(messages[seen - 1]),
      },
    });
  }
}

async function createMessage(
  tx: Prisma.TransactionClient,
  dialogId: string,
  message: DemoMessage,
  createdAt: Date,
  { ids, files, driver }: Context,
): Promise<string> {
  const isCustomer = DEMO_PEOPLE[message.from].role === 'USER';
  const rows = (message.files ?? [])
    .flatMap((file) => files.get(file) ?? [])
    .map((file, position) => ({
      ...{ id: file.id, dialogId, storagePath: file.storagePath, storageDriver: driver, mimeType: file.mimeType },
      ...{ sizeBytes: file.sizeBytes, originalName: file.name, createdByUserId: ids[message.from], etag: file.etag },
      ...{ width: file.width ?? null, height: file.height ?? null, position },
      ...{ status: 'LINKED' as const, lastModified: createdAt, createdAt, updatedAt: createdAt },
      // The queue makes thumbnails of them as of any other attachment.
      previewState: 'pending',
    }));
  const created = await tx.chatMessage.create({
    data: {
      dialogId,
      senderType: isCustomer ? 'USER' : 'STAFF',
      ...(isCustomer ? { senderUserId: ids[message.from] } : { senderStaffId: ids[message.from] }),
      text: message.text ?? null,
      createdAt,
      ...(rows.length > 0 && { attachments: rows.map((row) => ({ ...toLegacyAttachment(row) })) }),
    },
  });
  await tx.chatAttachment.createMany({ data: rows.map((row) => ({ ...row, messageId: created.id })) });
  await tx.renditionJob.createMany({ data: rows.map((row) => ({ attachmentId: row.id })) });
  return created.id;
}

function mapPeople<Value>(make: () => Value): Record<DemoPerson, Value> {
  return { anna: make(), boris: make(), sofia: make(), nikita: make(), admin: make() };
}
