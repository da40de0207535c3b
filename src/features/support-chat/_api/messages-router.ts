import { z } from 'zod';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import { attachmentsSchema } from '../_domain/attachment-schema.ts';
import type { ConversationQueryService, MessagePage } from '../_services/conversation/conversation-query-service.ts';
import type { SupportChatService } from '../_services/support-chat-service.ts';
import { clientMessageId, messageText, moment, page } from './input.ts';
import { presentMessage } from './present-message.ts';
import { presentPage } from './present-page.ts';
import { procedure, router } from './trpc.ts';
import type { MessagePageDto, MessagesAroundDto, SendResultDto } from './types.ts';

const sendInput = z.strictObject({
  dialogId: recordId,
  text: messageText.optional(),
  attachments: attachmentsSchema.optional(),
  clientMessageId: clientMessageId.optional(),
});
const editInput = z.strictObject({ messageId: recordId, text: messageText });
const deleteInput = z.strictObject({ messageId: recordId });
const listInput = z.strictObject({ dialogId: recordId, ...page });
/** Around one of: a message, the first one of a moment or later, the first that the caller's side has not read. */
const aroundInput = z
  .strictObject({
    dialogId: recordId,
    messageId: recordId.optional(),
    at: moment.optional(),
    unread: z.literal(true).optional(),
    limit: z.int().min(2).max(100).default(50),
  })
  .refine(
    ({ messageId, at, unread }) => [messageId, at, unread].filter((place) => place !== undefined).length === 1,
    'needs one of messageId, at, unread',
  );
const cursorInput = z.strictObject({ dialogId: recordId, at: moment });

/** The messages of one conversation. */
export function messagesRouter({
  chat,
  conversations,
}: {
  chat: SupportChatService;
  conversations: ConversationQueryService;
}) {
  return router({
    sendMessage: procedure.input(sendInput).mutation(async ({ ctx, input }): Promise<SendResultDto> => {
      const { message, updatedAt, unread } = await chat.sendMessage(ctx.actor, input);
      const dialog = { dialogId: message.dialogId, updatedAt: updatedAt.toISOString() };
      return { message: presentMessage(message), dialog, unread };
    }),
    editMessage: procedure
      .input(editInput)
      .mutation(async ({ ctx, input }) => ({ message: presentMessage(await chat.editMessage(ctx.actor, input)) })),
    deleteMessage: procedure
      .input(deleteInput)
      .mutation(async ({ ctx, input }) => ({ message: presentMessage(await chat.deleteMessage(ctx.actor, input)) })),
    userGetMessages: procedure
      .input(listInput)
      .query(async ({ ctx, input }) => presentMessages(await conversations.listMessages(ctx.actor, input))),
    messagesAround: procedure.input(aroundInput).query(async ({ ctx, input }): Promise<MessagesAroundDto> => {
      const found = await conversations.listMessagesAround(ctx.actor, input);
      return { ...presentMessages(found), targetId: found.targetId };
    }),
    messageCursor: procedure
      .input(cursorInput)
      .query(async ({ ctx, input }) => ({ cursor: await conversations.cursorUpTo(ctx.actor, input) })),
  });
}

/** Also what the server renders a page with. */
export function presentMessages(messages: MessagePage): MessagePageDto {
  const { newerCursor } = messages;
  return { ...presentPage(messages, presentMessage), ...(newerCursor && { newerCursor }) };
}
