import { ContainerModule } from 'inversify';
import { PrismaClient } from '#generated/prisma/client.ts';
import { AttachmentAccessRepository } from './access/attachment-access-repository.ts';
import { ChatAttachmentRepository } from './attachment/attachment-repository.ts';
import { FileListRepository } from './attachment/file-list-repository.ts';
import { ChatStore } from './chat-store.ts';
import type { Database } from './database.ts';
import { DialogRepository } from './dialog/dialog-repository.ts';
import { InboxRepository } from './dialog/inbox-repository.ts';
import { SupportEventRepository } from './event/support-event-repository.ts';
import { MessageRepository } from './message/message-repository.ts';
import { MessageSearchRepository } from './message/message-search-repository.ts';
import { ReadStateRepository } from './read-state/read-state-repository.ts';
import { RenditionRepository } from './rendition/rendition-repository.ts';
import { ResumableUploadRepository } from './resumable-upload/resumable-upload-repository.ts';

/** Repositories outside a transaction, and the store that opens one. Needs PrismaClient bound. */
export const supportChatEntities = new ContainerModule(({ bind }) => {
  bind(ChatStore)
    .toResolvedValue((prisma) => new ChatStore(prisma), [PrismaClient])
    .inSingletonScope();
  for (const Repository of [
    DialogRepository,
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
