import { fitSingle } from '../attachment/album-layout.ts';
import { groupAttachments } from '../attachment/describe-attachment.ts';
import type { Row } from './rows.ts';

const lineHeight = 21;
/** Average advance of a letter of our type at the size of a message. CSS pixels. */
const letterWidth = 7.35;
const widestBubble = 544;
const bubblePadding = 24;

/**
 * A guess of a row's height in CSS pixels before it is drawn. Rows are measured once they appear; the better the guess,
 * the less the scroll bar moves under the reader's hand on the way up.
 */
export function estimateRowHeight(row: Row | undefined, listWidth: number): number {
  if (!row) return 40;
  if (row.type === 'day') return 52;
  if (row.type === 'unread') return 36;
  const text = row.type === 'message' ? (row.message.text ?? '') : row.outgoing.text;
  const charsInLine = Math.max(12, (Math.min(listWidth * 0.85, widestBubble) - bubblePadding) / letterWidth);
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / charsInLine)), 0);
  const textHeight = text === '' ? 0 : lines * lineHeight + 12;
  const nameHeight = row.type === 'message' && row.isFirst && row.senderName !== null ? 18 : 0;
  const gap = row.isFirst ? 10 : 2;
  if (row.type === 'outgoing') return gap + Math.max(34, textHeight) + row.outgoing.uploadIds.length * 80;
  const { tiles, audio, cards } = groupAttachments(row.message.attachments);
  const [only] = tiles;
  const albumHeight = !only
    ? 0
    : tiles.length === 1
      ? fitSingle(only, { width: 380, height: 420 }).height
      : Math.ceil(tiles.length / 2) * 180;
  const cardsHeight = (audio.length + cards.length) * 58 + (audio.length + cards.length > 0 ? 30 : 0);
  return gap + nameHeight + Math.max(33, textHeight + albumHeight + cardsHeight);
}
