import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import { type CurrentUser, sideOf } from '../engine/current-user.ts';
import { findFirstUnread } from '../engine/message-cache.ts';
import { estimateRowHeight } from './estimate-row.ts';
import { buildRows, type Row } from './rows.ts';

/** CSS pixels: what tall screens show of a conversation, and no more, since all of it travels with the page. */
const tallScreen = 1300;
const narrowList = 390;

/**
 * The rows a reader will see first, or null where that is not the end of the conversation: with something unread it
 * opens there, and where that is only the page finds out.
 */
export function chooseFirstRows(messages: readonly MessageDto[], currentUser: CurrentUser): Row[] | null {
  const side = sideOf(currentUser);
  if (messages.length === 0 || findFirstUnread(messages, side) !== null) return null;
  const rows = buildRows({ messages, outgoing: [], currentUserId: currentUser.id, side, firstUnreadId: null });
  let height = 0;
  const from = rows.findLastIndex((row) => {
    height += estimateRowHeight(row, narrowList);
    return height > tallScreen;
  });
  return rows.slice(Math.max(0, from));
}
