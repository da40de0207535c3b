import { z } from 'zod';
import { ChatError } from '#shared/errors/chat-error.ts';

/** A place in a list: a time and the id that settles a tie. */
export interface ListPosition {
  at: Date;
  id: string;
}

/** PostgreSQL has no year 0, and writes years before it in another way than JavaScript does. */
export const MIN_TIME_MS = Date.parse('0001-01-01T00:00:00Z');
const MAX_TIME_MS = 8.64e15;
const content = z.tuple([
  z.enum(['dialogs', 'messages', 'people', 'files', 'access', 'found', 'waiting', 'newer']),
  z.int().min(MIN_TIME_MS).max(MAX_TIME_MS),
  z.string().min(1).max(200),
]);

export type ListName = z.output<typeof content>[0];

/** Opaque to clients; the name keeps a cursor of one list out of another. */
export function encodeCursor(list: ListName, position: ListPosition): string {
  return Buffer.from(JSON.stringify([list, position.at.getTime(), position.id])).toString('base64url');
}

/** @throws ChatError BAD_REQUEST for anything that `encodeCursor` did not make for this list. */
export function decodeCursor(list: ListName, cursor: string | undefined): ListPosition | null {
  if (cursor === undefined) return null;
  const { at, id } = decodeAnyCursor([list], cursor);
  return { at, id };
}

/** @throws ChatError BAD_REQUEST for anything that `encodeCursor` did not make for one of these lists. */
export function decodeAnyCursor(lists: readonly ListName[], cursor: string): ListPosition & { list: ListName } {
  const parsed = content.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success || !lists.includes(parsed.data[0]) || parsed.data[2].includes('\0')) {
    throw new ChatError('BAD_REQUEST', 'cursor: not a cursor of this list');
  }
  return { list: parsed.data[0], at: new Date(parsed.data[1]), id: parsed.data[2] };
}

/** Cuts a page out of one row more than was asked for, and points to the next page when there is one. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { items: Row[]; nextCursor?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: cursorOf(last) } : { items };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
