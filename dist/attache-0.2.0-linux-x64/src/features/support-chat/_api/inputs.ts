import { z } from 'zod';
import { MIN_TIME_MS } from '../_domain/cursor.ts';

/** Every object is strict: an unknown field (`status`, `storagePath`, `userId`…) is refused, never ignored (THREATS.md 14). */

const MAX_TEXT_LENGTH = 10_000;
const MAX_TOPIC_LENGTH = 200;
const MAX_NAME_LENGTH = 4096;

/** PostgreSQL has no NUL in text and UTF-8 no half surrogates: both go, the rest of what was typed stays. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Ids of older programs may be anything short and printable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const id = z.string().regex(/^[^\u0000-\u001f\u007f]{1,128}$/u, 'not an id');
const clientMessageId = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]{1,100}$/u, 'must have 1 to 100 printable characters');
const text = z.string().max(MAX_TEXT_LENGTH).transform(storable);
const topic = z
  .string()
  .max(MAX_TOPIC_LENGTH)
  .transform((value) => storable(value).replace(/\s+/gu, ' ').trim());
const query = z
  .string()
  .max(200)
  .transform((value) => storable(value).trim());

const moment = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= MIN_TIME_MS, 'must not lie before the year 1');

const page = {
  cursor: z.string().min(1).max(500).optional(),
  limit: z.int().min(1).max(100).default(30),
};

const stagedAttachment = z.strictObject({ attachmentId: id });
const inlineAttachment = z.strictObject({
  filename: z.string().min(1).max(MAX_NAME_LENGTH).transform(storable),
  mimeType: z.string().max(255).transform(storable),
  sizeBytes: z.int().min(0),
  base64: z.string(),
});
/** The setting `…_ATTACHMENTS_PER_MESSAGE` is checked later; this only bounds the work of checking. */
const attachments = z
  .array(z.union([stagedAttachment, inlineAttachment]))
  .max(100)
  .optional();

export const createDialogInput = z.strictObject({
  topic: topic.optional(),
  initialMessage: text.optional(),
  attachments,
  clientMessageId: clientMessageId.optional(),
});
export const sendMessageInput = z.strictObject({
  dialogId: id,
  text: text.optional(),
  attachments,
  clientMessageId: clientMessageId.optional(),
});
/** The lists have no field that must be there, so a call without any input is one: `prefault`, which fills in the defaults. */
export const userListDialogsInput = z.strictObject(page).prefault({});
export const staffListDialogsInput = z
  .strictObject({
    ...page,
    hasUnansweredIncoming: z.boolean().optional(),
    query: query.optional(),
    /** One dialog alone: for a page that was opened by a link. */
    dialogId: id.optional(),
    state: z.enum(['open', 'closed', 'all']).default('all'),
    /** Whether somebody waits for an answer there: unanswered and not closed. `false`: all the others. */
    waiting: z.boolean().optional(),
    /** `waiting`: who waits for an answer first, the longest wait before the others. */
    sort: z.enum(['recent', 'waiting']).default('recent'),
  })
  .prefault({});
export const searchMessagesInput = z.strictObject({
  ...page,
  dialogId: id.optional(),
  query: query.refine((words) => words !== '', 'must not be empty'),
});
/** Around one of: a message, the first one of a moment or later, the first that the caller's side has not read. */
export const messagesAroundInput = z
  .strictObject({
    dialogId: id,
    messageId: id.optional(),
    at: moment.optional(),
    unread: z.literal(true).optional(),
    limit: z.int().min(2).max(100).default(50),
  })
  .refine(
    ({ messageId, at, unread }) => [messageId, at, unread].filter((place) => place !== undefined).length === 1,
    'needs one of messageId, at, unread',
  );
export const messageCursorInput = z.strictObject({ dialogId: id, at: moment });
export const attachmentInput = z.strictObject({ attachmentId: id });
export const getMessagesInput = z.strictObject({ dialogId: id, ...page });
export const markDialogReadInput = z.strictObject({ dialogId: id, lastReadMessageId: id });
export const editMessageInput = z.strictObject({ messageId: id, text });
export const messageInput = z.strictObject({ messageId: id });
/** Staged files that an open composer shows; more than a message can carry is a mistake of the caller's. */
export const renewStagedInput = z.strictObject({ attachmentIds: z.array(id).min(1).max(100) });
export const noInput = z.strictObject({}).optional();
export const conversationInput = z.strictObject({ dialogId: id });
const fileKind = z.enum(['image', 'video', 'audio', 'pdf', 'text', 'file']);
export const listAttachmentsInput = z.strictObject({
  dialogId: id,
  kind: fileKind.optional(),
  /** Any of several; a `kind` beside them is one more. */
  kinds: z.array(fileKind).min(1).max(6).optional(),
  ...page,
});
export const listAttachmentAccessInput = z.strictObject({ dialogId: id, attachmentId: id.optional(), ...page });
export const listPeopleInput = z.strictObject({ ...page, query: query.optional() });
export const setRoleInput = z.strictObject({ userId: id, role: z.enum(['USER', 'STAFF', 'ADMIN']) });
export const setPermissionInput = z.strictObject({ userId: id, value: z.boolean() });

export type RenewStagedInput = z.output<typeof renewStagedInput>;
export type SearchMessagesInput = z.output<typeof searchMessagesInput>;
export type MessagesAroundInput = z.output<typeof messagesAroundInput>;
export type MessageCursorInput = z.output<typeof messageCursorInput>;
export type AttachmentInputId = z.output<typeof attachmentInput>;
export type CreateDialogInput = z.output<typeof createDialogInput>;
export type SendMessageInput = z.output<typeof sendMessageInput>;
export type ListUserDialogsInput = z.output<typeof userListDialogsInput>;
export type ListStaffDialogsInput = z.output<typeof staffListDialogsInput>;
export type GetMessagesInput = z.output<typeof getMessagesInput>;
export type MarkDialogReadInput = z.output<typeof markDialogReadInput>;
export type EditMessageInput = z.output<typeof editMessageInput>;
export type MessageInput = z.output<typeof messageInput>;
export type ConversationInput = z.output<typeof conversationInput>;
export type ListAttachmentsInput = z.output<typeof listAttachmentsInput>;
export type ListAttachmentAccessInput = z.output<typeof listAttachmentAccessInput>;
export type ListPeopleInput = z.output<typeof listPeopleInput>;
export type SetRoleInput = z.output<typeof setRoleInput>;
export type SetPermissionInput = z.output<typeof setPermissionInput>;
export type AttachmentInput = NonNullable<SendMessageInput['attachments']>[number];
export type InlineAttachmentInput = Extract<AttachmentInput, { base64: string }>;
