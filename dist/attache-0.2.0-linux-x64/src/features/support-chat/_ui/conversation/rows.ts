import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { Side } from '../engine/current-user.ts';
import type { Outgoing } from '../outbox/outbox-state.ts';

/** Where a message stands: ours to the right, theirs to the left, the system in the middle. */
export type Place = 'own' | 'other' | 'system';

interface GroupEdges {
  /** First and last of a run of one sender: they carry the name, the avatar and the rounded corners. */
  isFirst: boolean;
  isLast: boolean;
}

export type Row =
  | { type: 'day'; key: string; at: string }
  | { type: 'unread'; key: string }
  | ({ type: 'message'; key: string; message: MessageDto; place: Place; senderName: string | null } & GroupEdges)
  | ({ type: 'outgoing'; key: string; outgoing: Outgoing } & GroupEdges);

export interface RowsInput {
  /** Oldest first. */
  messages: readonly MessageDto[];
  /** Not yet known to the server; always at the end. */
  outgoing: readonly Outgoing[];
  currentUserId: string;
  side: Side;
  /** The message above which the "new messages" line stands, or null. */
  firstUnreadId: string | null;
}

/** A pause after which the same person starts a new group. */
const groupPauseMs = 5 * 60_000;

interface Entry {
  at: string;
  /** Equal for messages that may share a group. */
  senderKey: string;
  row: Extract<Row, { type: 'message' | 'outgoing' }>;
}

function placeOf(message: MessageDto, side: Side): Place {
  if (message.senderType === 'SYSTEM') return 'system';
  return message.senderType === side ? 'own' : 'other';
}

/** Names only where there can be doubt: support has many voices, a customer has one. */
function nameOf(message: MessageDto, { side, currentUserId }: RowsInput): string | null {
  if (message.senderType !== 'STAFF' || message.sender?.id === currentUserId) return null;
  return side === 'USER' || message.sender ? (message.sender?.name ?? null) : null;
}

/** The local calendar day, comparable. */
function dayOf(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

function toEntries(input: RowsInput): Entry[] {
  const sent = input.messages.map<Entry>((message) => ({
    at: message.createdAt,
    senderKey: `${message.senderType}:${message.sender?.id ?? ''}`,
    row: {
      type: 'message',
      // The same key before and after the server knows the message: the bubble stays, only its mark changes.
      key: message.clientMessageId ?? message.id,
      message,
      place: placeOf(message, input.side),
      senderName: nameOf(message, input),
      isFirst: true,
      isLast: true,
    },
  }));
  const waiting = input.outgoing.map<Entry>((outgoing) => ({
    at: outgoing.createdAt,
    senderKey: `${input.side}:${input.currentUserId}`,
    row: { type: 'outgoing', key: outgoing.clientMessageId, outgoing, isFirst: true, isLast: true },
  }));
  return [...sent, ...waiting];
}

function mayJoin(before: Entry, after: Entry): boolean {
  if (before.senderKey !== after.senderKey || before.senderKey.startsWith('SYSTEM')) return false;
  return Date.parse(after.at) - Date.parse(before.at) < groupPauseMs;
}

/** The conversation as rows to draw: days, the unread line, and messages in groups. */
export function buildRows(input: RowsInput): Row[] {
  const rows: Row[] = [];
  let previous: Entry | null = null;
  let previousDay = '';
  for (const entry of toEntries(input)) {
    const day = dayOf(entry.at);
    const startsDay = day !== previousDay;
    const isUnreadStart = entry.row.type === 'message' && entry.row.message.id === input.firstUnreadId;
    if (startsDay) rows.push({ type: 'day', key: `day:${day}`, at: entry.at });
    if (isUnreadStart) rows.push({ type: 'unread', key: 'unread' });
    const joins = previous !== null && !startsDay && !isUnreadStart && mayJoin(previous, entry);
    if (joins && previous) previous.row.isLast = false;
    entry.row.isFirst = !joins;
    rows.push(entry.row);
    previous = entry;
    previousDay = day;
  }
  return rows;
}

/** The newest message at or above a row, or null: what a reader who sees this row has in view. */
export function findMessageAtOrAbove(rows: readonly Row[], index: number): MessageDto | null {
  for (let i = Math.min(index, rows.length - 1); i >= 0; i -= 1) {
    const row = rows[i];
    if (row?.type === 'message') return row.message;
  }
  return null;
}
