/*
 * How the composition root uses this slice. In a container that has PrismaClient, `accountEntities`,
 * `supportChatEntities` and `StageAttachment` bound:
 *
 *   await container.load(supportChatFeature({ settings: config.supportChat, databaseUrl, log }));
 *   const router = createAppRouter(chatServicesOf(container));
 *   const hub = container.get(EventHub);
 *
 * then `await hub.start()`; `handleEvents(request, response, session, hub)` answers the events address;
 * `hub.closeAll()` when the drain begins; `await hub.close()` at the end.
 */
import { type Container, ContainerModule } from 'inversify';
import { PersonRepository } from '#entities/account/_repositories/person-repository.ts';
import { SessionRepository } from '#entities/account/_repositories/session-repository.ts';
import { AttachmentAccessRepository } from '#entities/support-chat/_repositories/attachment-access-repository.ts';
import { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { FileListRepository } from '#entities/support-chat/_repositories/file-list-repository.ts';
import { InboxRepository } from '#entities/support-chat/_repositories/inbox-repository.ts';
import { MessageSearchRepository } from '#entities/support-chat/_repositories/message-search-repository.ts';
import { ReadStateRepository } from '#entities/support-chat/_repositories/read-state-repository.ts';
import { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { SupportEventRepository } from '#entities/support-chat/_repositories/support-event-repository.ts';
import { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import type { ChatServices } from './_api/chat-services.ts';
import { ListAttachmentAccess } from './_services/access-log/list-attachment-access.ts';
import { RenewStaged } from './_services/cleanup/renew-staged.ts';
import { CreateConversation } from './_services/conversation/create-conversation.ts';
import { DeleteMessage } from './_services/conversation/delete-message.ts';
import { EditMessage } from './_services/conversation/edit-message.ts';
import { GetMessageCursor } from './_services/conversation/get-message-cursor.ts';
import { GetMessages } from './_services/conversation/get-messages.ts';
import { GetMessagesAround } from './_services/conversation/get-messages-around.ts';
import { InlineStaging } from './_services/conversation/inline-staging.ts';
import { ListAttachments } from './_services/conversation/list-attachments.ts';
import { ListStaffConversations } from './_services/conversation/list-staff-conversations.ts';
import { ListUserConversations } from './_services/conversation/list-user-conversations.ts';
import { MarkConversationRead } from './_services/conversation/mark-conversation-read.ts';
import { type AttachmentReadMode, MessagePresenter } from './_services/conversation/message-presenter.ts';
import { MessageWriter } from './_services/conversation/message-writer.ts';
import { SearchMessages } from './_services/conversation/search-messages.ts';
import { SendMessage } from './_services/conversation/send-message.ts';
import { CloseConversation, OpenConversation } from './_services/conversation/set-conversation-closed.ts';
import { AnnounceTyping } from './_services/events/announce-typing.ts';
import { EventHub, type EventHubParts } from './_services/events/event-hub.ts';
import { EventPresenter } from './_services/events/event-presenter.ts';
import { SetPermission, SetRole } from './_services/people/change-person.ts';
import { ListPeople } from './_services/people/list-people.ts';
import { GetPresence } from './_services/presence/get-presence.ts';
import { Presence } from './_services/presence/presence.ts';
import { PredictCleanup, ViewStorage } from './_services/storage-overview/view-storage.ts';
import { DiscardStaged } from './_services/upload/discard-staged.ts';
import { StageAttachment } from './_services/upload/stage-attachment.ts';

export interface SupportChatFeatureOptions {
  settings: {
    readMode: AttachmentReadMode;
    tableWrite: boolean;
    legacyWrite: boolean;
    attachmentsPerMessage: number;
  };
  /** For the one connection that listens. */
  databaseUrl: string;
  log: EventHubParts['log'];
  /** Other limits of event streams than the usual ones. */
  eventLimits?: EventHubParts['limits'];
}

type Bind = Parameters<ConstructorParameters<typeof ContainerModule>[0]>[0]['bind'];

/** Use cases, presenter and event hub, one of each. */
export function supportChatFeature(options: SupportChatFeatureOptions): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bindMessages(bind, options);
    bindSending(bind, options);
    bindLists(bind, options);
    bindFiles(bind, options);
    bindPeople(bind);
    bindEvents(bind, options);
  });
}

/** What the router calls, out of a container that holds the modules above. */
export function chatServicesOf(container: Container): ChatServices {
  return {
    createDialog: container.get(CreateConversation),
    sendMessage: container.get(SendMessage),
    listUserConversations: container.get(ListUserConversations),
    getMessages: container.get(GetMessages),
    listStaffConversations: container.get(ListStaffConversations),
    markDialogRead: container.get(MarkConversationRead),
    editMessage: container.get(EditMessage),
    deleteMessage: container.get(DeleteMessage),
    closeDialog: container.get(CloseConversation),
    openDialog: container.get(OpenConversation),
    announceTyping: container.get(AnnounceTyping),
    listAttachments: container.get(ListAttachments),
    listAttachmentAccess: container.get(ListAttachmentAccess),
    listPeople: container.get(ListPeople),
    setRole: container.get(SetRole),
    setPermission: container.get(SetPermission),
    discardStaged: container.get(DiscardStaged),
    searchMessages: container.get(SearchMessages),
    getMessagesAround: container.get(GetMessagesAround),
    getMessageCursor: container.get(GetMessageCursor),
    getPresence: container.get(GetPresence),
    renewStaged: container.get(RenewStaged),
    viewStorage: container.get(ViewStorage),
    predictCleanup: container.get(PredictCleanup),
  };
}

function bindMessages(bind: Bind, { settings }: SupportChatFeatureOptions): void {
  bind(MessagePresenter)
    .toResolvedValue(
      (messages, attachments) => new MessagePresenter(messages, attachments, settings.readMode),
      [MessageRepository, ChatAttachmentRepository],
    )
    .inSingletonScope();
  bind(EditMessage)
    .toResolvedValue((store, presenter) => new EditMessage(store, presenter), [ChatStore, MessagePresenter])
    .inSingletonScope();
  bind(DeleteMessage)
    .toResolvedValue((store, presenter) => new DeleteMessage(store, presenter, settings), [ChatStore, MessagePresenter])
    .inSingletonScope();
}

function bindSending(bind: Bind, { settings }: SupportChatFeatureOptions): void {
  const { attachmentsPerMessage } = settings;
  bind(MessageWriter)
    .toResolvedValue(() => new MessageWriter(settings))
    .inSingletonScope();
  bind(InlineStaging)
    .toResolvedValue((stager) => new InlineStaging(stager), [StageAttachment])
    .inSingletonScope();
  bind(SendMessage)
    .toResolvedValue(
      (store, dialogs, messages, readStates, writer, staging, presenter) =>
        new SendMessage({ store, dialogs, messages, readStates, writer, staging, presenter, attachmentsPerMessage }),
      [
        ChatStore,
        ConversationRepository,
        MessageRepository,
        ReadStateRepository,
        MessageWriter,
        InlineStaging,
        MessagePresenter,
      ],
    )
    .inSingletonScope();
  bind(CreateConversation)
    .toResolvedValue(
      (store, dialogs, writer, staging) =>
        new CreateConversation({ store, dialogs, writer, staging, attachmentsPerMessage }),
      [ChatStore, ConversationRepository, MessageWriter, InlineStaging],
    )
    .inSingletonScope();
}

function bindLists(bind: Bind, { settings }: SupportChatFeatureOptions): void {
  bind(ListUserConversations)
    .toResolvedValue(
      (inbox, presenter) => new ListUserConversations(inbox, presenter),
      [InboxRepository, MessagePresenter],
    )
    .inSingletonScope();
  bind(ListStaffConversations)
    .toResolvedValue(
      (inbox, presenter) => new ListStaffConversations(inbox, presenter, settings.readMode),
      [InboxRepository, MessagePresenter],
    )
    .inSingletonScope();
  bind(GetMessages)
    .toResolvedValue(
      (dialogs, messages, presenter) => new GetMessages(dialogs, messages, presenter),
      [ConversationRepository, MessageRepository, MessagePresenter],
    )
    .inSingletonScope();
  bind(GetMessagesAround)
    .toResolvedValue(
      (dialogs, messages, readStates, presenter) => new GetMessagesAround({ dialogs, messages, readStates, presenter }),
      [ConversationRepository, MessageRepository, ReadStateRepository, MessagePresenter],
    )
    .inSingletonScope();
  bind(MarkConversationRead)
    .toResolvedValue((store) => new MarkConversationRead(store), [ChatStore])
    .inSingletonScope();
  bind(CloseConversation)
    .toResolvedValue((dialogs) => new CloseConversation(dialogs), [ConversationRepository])
    .inSingletonScope();
  bind(OpenConversation)
    .toResolvedValue((dialogs) => new OpenConversation(dialogs), [ConversationRepository])
    .inSingletonScope();
}

function bindFiles(bind: Bind, { settings: { readMode } }: SupportChatFeatureOptions): void {
  bind(ListAttachments)
    .toResolvedValue(
      (dialogs, files, messages, presenter) => new ListAttachments({ dialogs, files, messages, presenter, readMode }),
      [ConversationRepository, FileListRepository, MessageRepository, MessagePresenter],
    )
    .inSingletonScope();
  bind(DiscardStaged)
    .toResolvedValue(
      (attachments, stager) => new DiscardStaged(attachments, stager),
      [ChatAttachmentRepository, StageAttachment],
    )
    .inSingletonScope();
  bind(SearchMessages)
    .toResolvedValue(
      (dialogs, search, presenter) => new SearchMessages({ dialogs, search, presenter, readMode }),
      [ConversationRepository, MessageSearchRepository, MessagePresenter],
    )
    .inSingletonScope();
  bind(GetMessageCursor)
    .toResolvedValue((dialogs) => new GetMessageCursor(dialogs), [ConversationRepository])
    .inSingletonScope();
  bind(ListAttachmentAccess)
    .toResolvedValue(
      (dialogs, record) => new ListAttachmentAccess(dialogs, record),
      [ConversationRepository, AttachmentAccessRepository],
    )
    .inSingletonScope();
}

function bindPeople(bind: Bind): void {
  bind(ListPeople)
    .toResolvedValue((people) => new ListPeople(people), [PersonRepository])
    .inSingletonScope();
  bind(SetRole)
    .toResolvedValue((people, signals) => new SetRole(people, signals), [PersonRepository, SupportEventRepository])
    .inSingletonScope();
  bind(SetPermission)
    .toResolvedValue(
      (people, signals) => new SetPermission(people, signals),
      [PersonRepository, SupportEventRepository],
    )
    .inSingletonScope();
}

function bindEvents(bind: Bind, { databaseUrl, log, eventLimits }: SupportChatFeatureOptions): void {
  bind(EventPresenter)
    .toResolvedValue((messages) => new EventPresenter(messages), [MessagePresenter])
    .inSingletonScope();
  bind(Presence)
    .toResolvedValue(
      (signals) => new Presence({ announce: (signal) => signals.signal(signal) }),
      [SupportEventRepository],
    )
    .inSingletonScope();
  bind(GetPresence)
    .toResolvedValue(
      (dialogs, readStates, presence) => new GetPresence(dialogs, readStates, presence),
      [ConversationRepository, ReadStateRepository, Presence],
    )
    .inSingletonScope();
  bind(EventHub)
    .toResolvedValue(
      (events, dialogs, sessions, presenter, presence) =>
        new EventHub({
          databaseUrl,
          log,
          events,
          dialogs,
          sessions,
          presenter,
          presence,
          ...(eventLimits && { limits: eventLimits }),
        }),
      [SupportEventRepository, ConversationRepository, SessionRepository, EventPresenter, Presence],
    )
    .inSingletonScope();
  bind(AnnounceTyping)
    .toResolvedValue(
      (dialogs, signals) => new AnnounceTyping(dialogs, signals),
      [ConversationRepository, SupportEventRepository],
    )
    .inSingletonScope();
}
