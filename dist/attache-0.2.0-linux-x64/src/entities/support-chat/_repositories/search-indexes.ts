import type { LiveIndex } from '#shared/db/live-indexes.ts';

/**
 * What keeps a search quick in a large chat. Each has a condition that the statements repeat, and that keeps Prisma,
 * which cannot express it, from taking it for one too many. `fastupdate` gathers what is new in a list that every search
 * reads and that a writer sorts in when it is full: not for words, where it is a person's message that would wait; a short
 * one for names, of which the backfill writes a million.
 */
export const SEARCH_INDEXES: readonly LiveIndex[] = [
  { name: 'ChatMessage_recent_idx', table: 'ChatMessage', definition: `("createdAt", "id") WHERE "deletedAt" IS NULL` },
  {
    name: 'ChatMessage_words_idx',
    table: 'ChatMessage',
    definition: `USING gin ("textParts"("text")) WITH (fastupdate = off) WHERE "deletedAt" IS NULL`,
  },
  {
    name: 'ChatAttachment_name_idx',
    table: 'ChatAttachment',
    definition: `USING gin ("textParts"("originalName")) WITH (gin_pending_list_limit = 1024) WHERE "status" = 'LINKED'`,
  },
];
