import { z } from 'zod';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import { attachmentsSchema } from '../_domain/attachment-schema.ts';
import type { ConversationQueryService } from '../_services/conversation/conversation-query-service.ts';
import type { SupportChatService } from '../_services/support-chat-service.ts';
import { clientMessageId, conversationInput, messageText, page, searchWords, topic } from './input.ts';
import { presentStaffConversation, presentUserConversation } from './present-conversation.ts';
import { presentPage } from './present-page.ts';
import { procedure, router } from './trpc.ts';
import type {
  ConversationStateDto,
  CreateConversationResultDto,
  ReadResultDto,
  StaffConversationPageDto,
  UserConversationPageDto,
} from './types.ts';

const createInput = z.strictObject({
  topic: topic.optional(),
  initialMessage: messageText.optional(),
  attachments: attachmentsSchema.optional(),
  clientMessageId: clientMessageId.optional(),
});
/** The lists have no field that must be there, so a call without any input is one: `prefault`, which fills in the defaults. */
const userListInput = z.strictObject(page).prefault({});
const staffListInput = z
  .strictObject({
    ...page,
    hasUnansweredIncoming: z.boolean().optional(),
    query: searchWords.optional(),
    /** One conversation alone: for a page that was opened by a link. */
    dialogId: recordId.optional(),
    state: z.enum(['open', 'closed', 'all']).default('all'),
    /** Whether somebody waits for an answer there: unanswered and not closed. `false`: all the others. */
    waiting: z.boolean().optional(),
    /** `waiting`: who waits for an answer first, the longest wait before the others. */
    sort: z.enum(['recent', 'waiting']).default('recent'),
  })
  .prefault({});
const markReadInput = z.strictObject({ dialogId: recordId, lastReadMessageId: recordId });

/** Beginning, listing, reading and closing conversations. */
export function conversationsRouter({
  chat,
  conversations,
}: {
  chat: SupportChatService;
  conversations: ConversationQueryService;
}) {
  return router({
    createDialog: procedure
      .input(createInput)
      .mutation(async ({ ctx, input }): Promise<CreateConversationResultDto> => {
        const { dialogId, createdAt, firstMessageId } = await chat.createConversation(ctx.actor, input);
        return { dialogId, createdAt: createdAt.toISOString(), firstMessageId };
      }),
    userListDialogs: procedure
      .input(userListInput)
      .query(
        async ({ ctx, input }): Promise<UserConversationPageDto> =>
          presentPage(await conversations.listForUser(ctx.actor, input), presentUserConversation),
      ),
    staffListDialogs: procedure
      .input(staffListInput)
      .query(
        async ({ ctx, input }): Promise<StaffConversationPageDto> =>
          presentPage(await conversations.listForStaff(ctx.actor, input), presentStaffConversation),
      ),
    markDialogRead: procedure.input(markReadInput).mutation(async ({ ctx, input }): Promise<ReadResultDto> => {
      const { dialogId, side, readAt, unreadCount } = await chat.markRead(ctx.actor, input);
      return { dialogId, readerType: side, readAt: readAt.toISOString(), unreadCount };
    }),
    closeDialog: procedure
      .input(conversationInput)
      .mutation(async ({ ctx, input }) => presentState(await chat.setClosed(ctx.actor, input, true))),
    openDialog: procedure
      .input(conversationInput)
      .mutation(async ({ ctx, input }) => presentState(await chat.setClosed(ctx.actor, input, false))),
  });
}

function presentState({ id, closedAt }: { id: string; closedAt: Date | null }): ConversationStateDto {
  return { dialogId: id, closedAt: closedAt?.toISOString() ?? null };
}
