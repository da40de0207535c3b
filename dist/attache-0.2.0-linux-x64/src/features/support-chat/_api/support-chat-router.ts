import type { ChatServices } from './chat-services.ts';
import {
  attachmentInput,
  conversationInput,
  createDialogInput,
  editMessageInput,
  getMessagesInput,
  listAttachmentAccessInput,
  listAttachmentsInput,
  markDialogReadInput,
  messageCursorInput,
  messageInput,
  messagesAroundInput,
  renewStagedInput,
  searchMessagesInput,
  sendMessageInput,
  staffListDialogsInput,
  userListDialogsInput,
} from './inputs.ts';
import { procedure, router } from './trpc.ts';

export function supportChatRouter(services: ChatServices) {
  return router({
    createDialog: procedure
      .input(createDialogInput)
      .mutation(({ ctx, input }) => services.createDialog.execute(ctx.actor, input)),
    sendMessage: procedure
      .input(sendMessageInput)
      .mutation(({ ctx, input }) => services.sendMessage.execute(ctx.actor, input)),
    userListDialogs: procedure
      .input(userListDialogsInput)
      .query(({ ctx, input }) => services.listUserConversations.execute(ctx.actor, input)),
    userGetMessages: procedure
      .input(getMessagesInput)
      .query(({ ctx, input }) => services.getMessages.execute(ctx.actor, input)),
    staffListDialogs: procedure
      .input(staffListDialogsInput)
      .query(({ ctx, input }) => services.listStaffConversations.execute(ctx.actor, input)),
    markDialogRead: procedure
      .input(markDialogReadInput)
      .mutation(({ ctx, input }) => services.markDialogRead.execute(ctx.actor, input)),
    editMessage: procedure
      .input(editMessageInput)
      .mutation(({ ctx, input }) => services.editMessage.execute(ctx.actor, input)),
    deleteMessage: procedure
      .input(messageInput)
      .mutation(({ ctx, input }) => services.deleteMessage.execute(ctx.actor, input)),
    closeDialog: procedure
      .input(conversationInput)
      .mutation(({ ctx, input }) => services.closeDialog.execute(ctx.actor, input)),
    openDialog: procedure
      .input(conversationInput)
      .mutation(({ ctx, input }) => services.openDialog.execute(ctx.actor, input)),
    listAttachments: procedure
      .input(listAttachmentsInput)
      .query(({ ctx, input }) => services.listAttachments.execute(ctx.actor, input)),
    listAttachmentAccess: procedure
      .input(listAttachmentAccessInput)
      .query(({ ctx, input }) => services.listAttachmentAccess.execute(ctx.actor, input)),
    renewStaged: procedure
      .input(renewStagedInput)
      .mutation(({ ctx, input }) => services.renewStaged.execute(ctx.actor, input)),
    discardStaged: procedure
      .input(attachmentInput)
      .mutation(({ ctx, input }) => services.discardStaged.execute(ctx.actor, input)),
    searchMessages: procedure
      .input(searchMessagesInput)
      .query(({ ctx, input }) => services.searchMessages.execute(ctx.actor, input)),
    messagesAround: procedure
      .input(messagesAroundInput)
      .query(({ ctx, input }) => services.getMessagesAround.execute(ctx.actor, input)),
    messageCursor: procedure
      .input(messageCursorInput)
      .query(({ ctx, input }) => services.getMessageCursor.execute(ctx.actor, input)),
    presence: procedure
      .input(conversationInput)
      .query(({ ctx, input }) => services.getPresence.execute(ctx.actor, input)),
    typing: procedure
      .input(conversationInput)
      .mutation(({ ctx, input }) => services.announceTyping.execute(ctx.actor, input)),
  });
}
