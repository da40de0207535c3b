import type { PrismaClient } from '#generated/prisma/client.ts';
import { AttachmentAccessRepository } from './_repositories/attachment-access-repository.ts';
import { ChatStore, repositoriesOver } from './_repositories/chat-store.ts';
import { FileListRepository } from './_repositories/file-list-repository.ts';
import { InboxRepository } from './_repositories/inbox-repository.ts';
import { MessageSearchRepository } from './_repositories/message-search-repository.ts';

/** The repositories of the chat outside a transaction, and the store that opens one. */
export function createSupportChatEntities(prisma: PrismaClient) {
  return {
    ...repositoriesOver(prisma),
    store: new ChatStore(prisma),
    inbox: new InboxRepository(prisma),
    messageSearch: new MessageSearchRepository(prisma),
    fileLists: new FileListRepository(prisma),
    accesses: new AttachmentAccessRepository(prisma),
  };
}

export type SupportChatEntities = ReturnType<typeof createSupportChatEntities>;
