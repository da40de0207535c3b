import { ContainerModule } from 'inversify';
import { PrismaClient } from '#generated/prisma/client.ts';
import { AttachmentAccessRepository } from './_repositories/attachment-access-repository.ts';
import { ChatStore } from './_repositories/chat-store.ts';
import { ConversationRepository } from './_repositories/conversation-repository.ts';
import type { Database } from './_repositories/database.ts';
import { FileListRepository } from './_repositories/file-list-repository.ts';
import { InboxRepository } from './_repositories/inbox-repository.ts';
import { MessageSearchRepository } from './_repositories/message-search-repository.ts';
import { ReadStateRepository } from './_repositories/read-state-repository.ts';
import { RenditionRepository } from './_repositories/rendition-repository.ts';
import { ResumableUploadRepository } from './_repositories/resumable-upload-repository.ts';
import { ChatAttachmentRepository } from './_repositories/support-attachment-repository.ts';
import { SupportEventRepository } from './_repositories/support-event-repository.ts';
import { MessageRepository } from './_repositories/support-message-repository.ts';

/** Repositories outside a transaction, and the store that opens one. Needs PrismaClient bound. */
export const supportChatEntities = new ContainerModule(({ bind }) => {
  bind(ChatStore)
    .toResolvedValue((prisma) => new ChatStore(prisma), [PrismaClient])
    .inSingletonScope();
  for (const Repository of [
    ConversationRepository,
    InboxRepository,
    MessageRepository,
    MessageSearchRepository,
    ChatAttachmentRepository,
    FileListRepository,
    AttachmentAccessRepository,
    ReadStateRepository,
    RenditionRepository,
    ResumableUploadRepository,
    SupportEventRepository,
  ]) {
    bind<InstanceType<typeof Repository>>(Repository)
      .toResolvedValue((db: Database) => new Repository(db), [PrismaClient])
      .inSingletonScope();
  }
});
