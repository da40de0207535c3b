import type { PrismaClient } from '#generated/prisma/client.ts';
import { ConversationRepository } from './conversation-repository.ts';
import type { Database } from './database.ts';
import { ReadStateRepository } from './read-state-repository.ts';
import { RenditionRepository } from './rendition-repository.ts';
import { ResumableUploadRepository } from './resumable-upload-repository.ts';
import { ChatAttachmentRepository } from './support-attachment-repository.ts';
import { SupportEventRepository } from './support-event-repository.ts';
import { MessageRepository } from './support-message-repository.ts';

/** The repositories that change together. */
export interface ChatRepositories {
  readonly dialogs: ConversationRepository;
  readonly messages: MessageRepository;
  readonly attachments: ChatAttachmentRepository;
  readonly readStates: ReadStateRepository;
  readonly renditions: RenditionRepository;
  readonly resumableUploads: ResumableUploadRepository;
  readonly events: SupportEventRepository;
}

/** Gives use cases a transaction without telling them whose. */
export class ChatStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Runs `work` as a whole or not at all: whatever it throws undoes everything. */
  transaction<T>(work: (repositories: ChatRepositories) => Promise<T>): Promise<T> {
    return this.#prisma.$transaction((db) => work(repositoriesOver(db)), { maxWait: 10_000, timeout: 20_000 });
  }
}

function repositoriesOver(db: Database): ChatRepositories {
  return {
    dialogs: new ConversationRepository(db),
    messages: new MessageRepository(db),
    attachments: new ChatAttachmentRepository(db),
    readStates: new ReadStateRepository(db),
    renditions: new RenditionRepository(db),
    resumableUploads: new ResumableUploadRepository(db),
    events: new SupportEventRepository(db),
  };
}
