import type { MessagePosition } from '#entities/support-chat/_domain/message.ts';
import { decodeAnyCursor, encodeCursor } from './cursor.ts';

/**
 * A cursor of `userGetMessages` whose page ends with what was written at this moment: the way into the middle of a long
 * conversation. Times of messages rise by whole milliseconds within a dialog, and every id sorts behind "0".
 */
export function cursorUpTo(moment: Date): string {
  return encodeCursor('messages', { at: new Date(moment.getTime() + 1), id: '0' });
}

/** Where the page before this message begins; the message itself is not in it. */
export function cursorBefore({ createdAt: at, id }: MessagePosition): string {
  return encodeCursor('messages', { at, id });
}

/** Of `userGetMessages` as well, the other way: the page of what was written after this message. */
export function cursorAfter({ createdAt: at, id }: MessagePosition): string {
  return encodeCursor('newer', { at, id });
}

/** @throws ChatError BAD_REQUEST */
export function decodeMessageCursor(cursor: string): MessagePosition & { direction: 'older' | 'newer' } {
  const { list, at, id } = decodeAnyCursor(['messages', 'newer'], cursor);
  return { direction: list === 'newer' ? 'newer' : 'older', createdAt: at, id };
}
