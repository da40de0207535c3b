import { encodeCursor } from './cursor.ts';

/**
 * A cursor of `userGetMessages` whose page ends with what was written at this moment: the way into the middle of a long
 * conversation. Times of messages rise by whole milliseconds within a dialog, and every id sorts behind "0".
 */
export function cursorUpTo(moment: Date): string {
  return encodeCursor('messages', { at: new Date(moment.getTime() + 1), id: '0' });
}
