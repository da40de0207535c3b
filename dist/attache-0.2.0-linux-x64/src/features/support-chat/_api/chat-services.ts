import type { Actor } from '#entities/account/_domain/actor.ts';
import type { CleanupReport } from '../_services/cleanup/cleanup-attachments.ts';
import type {
  AttachmentAccessPageDto,
  ConversationStateDto,
  CreateConversationResultDto,
  FoundMessagePageDto,
  MessageDto,
  MessagePageDto,
  MessagesAroundDto,
  PersonDto,
  PersonPageDto,
  PresenceDto,
  ReadResultDto,
  SendResultDto,
  SentAttachmentPageDto,
  StaffConversationPageDto,
  UserConversationPageDto,
} from './dto/chat-dto.ts';
import type { StorageOverviewDto } from './dto/storage-overview-dto.ts';
import type {
  AttachmentInputId,
  ConversationInput,
  CreateDialogInput,
  EditMessageInput,
  GetMessagesInput,
  ListAttachmentAccessInput,
  ListAttachmentsInput,
  ListPeopleInput,
  ListStaffDialogsInput,
  ListUserDialogsInput,
  MarkDialogReadInput,
  MessageCursorInput,
  MessageInput,
  MessagesAroundInput,
  RenewStagedInput,
  SearchMessagesInput,
  SendMessageInput,
  SetPermissionInput,
  SetRoleInput,
} from './inputs.ts';

/** One use case. Throws ChatError for every refusal. */
interface UseCase<Input, Output> {
  execute(actor: Actor, input: Input): Promise<Output>;
}

/** What the router calls; bound in `../module.ts`. */
export interface ChatServices {
  createDialog: UseCase<CreateDialogInput, CreateConversationResultDto>;
  sendMessage: UseCase<SendMessageInput, SendResultDto>;
  listUserConversations: UseCase<ListUserDialogsInput, UserConversationPageDto>;
  getMessages: UseCase<GetMessagesInput, MessagePageDto>;
  listStaffConversations: UseCase<ListStaffDialogsInput, StaffConversationPageDto>;
  markDialogRead: UseCase<MarkDialogReadInput, ReadResultDto>;
  editMessage: UseCase<EditMessageInput, { message: MessageDto }>;
  deleteMessage: UseCase<MessageInput, { message: MessageDto }>;
  closeDialog: UseCase<ConversationInput, ConversationStateDto>;
  openDialog: UseCase<ConversationInput, ConversationStateDto>;
  announceTyping: UseCase<ConversationInput, { ok: true }>;
  listAttachments: UseCase<ListAttachmentsInput, SentAttachmentPageDto>;
  listAttachmentAccess: UseCase<ListAttachmentAccessInput, AttachmentAccessPageDto>;
  listPeople: UseCase<ListPeopleInput, PersonPageDto>;
  setRole: UseCase<SetRoleInput, PersonDto>;
  setPermission: UseCase<SetPermissionInput, PersonDto>;
  discardStaged: UseCase<AttachmentInputId, { ok: true }>;
  searchMessages: UseCase<SearchMessagesInput, FoundMessagePageDto>;
  getMessagesAround: UseCase<MessagesAroundInput, MessagesAroundDto>;
  getMessageCursor: UseCase<MessageCursorInput, { cursor: string }>;
  getPresence: UseCase<ConversationInput, PresenceDto>;
  renewStaged: UseCase<RenewStagedInput, { attachmentIds: string[] }>;
  viewStorage: UseCase<object, StorageOverviewDto>;
  predictCleanup: UseCase<object, CleanupReport>;
}
