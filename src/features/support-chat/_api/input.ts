import { z } from 'zod';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import { storableText } from '#shared/text/storable-text.ts';
import { MIN_TIME_MS } from '../_domain/cursor.ts';

/*
 * Parts of the routers' inputs. Every object is strict: an unknown field (`status`, `storagePath`, `userId`…) is refused,
 * never ignored (docs/threat-model.md 14).
 */

const MAX_TEXT_LENGTH = 10_000;
const MAX_TOPIC_LENGTH = 200;
/** A cursor holds an id, of up to four bytes a character. */
const MAX_CURSOR_LENGTH = 2_000;

export const clientMessageId = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]{1,100}$/u, 'must have 1 to 100 printable characters');

export const messageText = z.string().max(MAX_TEXT_LENGTH).transform(storableText);

export const topic = z
  .string()
  .max(MAX_TOPIC_LENGTH)
  .transform((value) => storableText(value).replace(/\s+/gu, ' ').trim());

export const searchWords = z
  .string()
  .max(200)
  .transform((value) => storableText(value).trim());

export const moment = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= MIN_TIME_MS, 'must not lie before the year 1');

/** Spread into the input of a list. */
export const page = {
  cursor: z.string().min(1).max(MAX_CURSOR_LENGTH).optional(),
  limit: z.int().min(1).max(100).default(30),
};

export const conversationInput = z.strictObject({ dialogId: recordId });

export const noInput = z.strictObject({}).optional();
