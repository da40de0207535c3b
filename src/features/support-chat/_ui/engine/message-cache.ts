import type { InfiniteData } from '@tanstack/react-query';
import type { MessageDto, MessagePageDto } from '../../_api/types.ts';
import type { Side } from './current-user.ts';

/** Pages as the query holds them: the newest page first, ascending inside a page. */
export type MessagePages = InfiniteData<MessagePageDto, unknown>;

/** Whether the loaded part reaches the newest message. After a jump into the middle it does not. */
export function isAtNewest(data: MessagePages): boolean {
  return data.pages[0]?.newerCursor === undefined;
}

/** All loaded messages, oldest first. */
export function flattenMessages(data: MessagePages | undefined): MessageDto[] {
  if (!data) return [];
  return data.pages.toReversed().flatMap((page) => page.items);
}

function mapMessages(data: MessagePages, change: (message: MessageDto) => MessageDto): MessagePages {
  let touched = false;
  const pages = data.pages.map((page) => {
    let pageTouched = false;
    const items = page.items.map((message) => {
      const next = change(message);
      if (next !== message) pageTouched = true;
      return next;
    });
    if (!pageTouched) return page;
    touched = true;
    return { ...page, items };
  });
  return touched ? { ...data, pages } : data;
}

function isSame(a: MessageDto, b: MessageDto): boolean {
  return a.id === b.id || (a.clientMessageId !== null && a.clientMessageId === b.clientMessageId);
}

function comesAfter(a: MessageDto, b: MessageDto): boolean {
  return a.createdAt === b.createdAt ? a.id > b.id : a.createdAt > b.createdAt;
}

/**
 * Adds a message once. The answer to `sendMessage` and the event about it race each other, and a resumed event stream
 * may repeat itself, so a message known by its id or by its `clientMessageId` is only replaced.
 */
export function putMessage(data: MessagePages, message: MessageDto): MessagePages {
  const replaced = replaceMessage(data, message);
  if (replaced !== data || data.pages.some((page) => page.items.some((known) => isSame(known, message)))) {
    return replaced;
  }
  const [newest, ...older] = data.pages;
  // In the middle of a conversation its end is not loaded; the message comes with the pages that lead there.
  if (!newest || !isAtNewest(data)) return data;
  // Nearly always the end; two senders within a millisecond may arrive swapped.
  const position = newest.items.findLastIndex((known) => comesAfter(message, known)) + 1;
  if (position === 0 && newest.items.length > 0 && newest.nextCursor) return data;
  return { ...data, pages: [{ ...newest, items: newest.items.toSpliced(position, 0, message) }, ...older] };
}

/** Adds those that are not known; what is known stays as it is, it may have been marked since. */
export function putMissing(data: MessagePages, messages: readonly MessageDto[]): MessagePages {
  const isKnown = (message: MessageDto) =>
    data.pages.some((page) => page.items.some((known) => isSame(known, message)));
  return messages.filter((message) => !isKnown(message)).reduce(putMessage, data);
}

/** Adds the page that the oldest one pointed to. Somebody else may have been faster: then nothing changes. */
export function addOlder(data: MessagePages, cursor: string, page: MessagePageDto): MessagePages {
  if (data.pages.at(-1)?.nextCursor !== cursor) return data;
  return { ...data, pages: [...data.pages, page] };
}

/** The same towards the newest message. */
export function addNewer(data: MessagePages, cursor: string, page: MessagePageDto): MessagePages {
  const [first, ...older] = data.pages;
  if (first?.newerCursor !== cursor) return data;
  const { newerCursor: _used, ...reached } = first;
  return { ...data, pages: [page, reached, ...older] };
}

/** Swaps a known message for its newer form; an unknown one (a page not loaded) is left out. */
export function replaceMessage(data: MessagePages, message: MessageDto): MessagePages {
  return mapMessages(data, (known) => (isSame(known, message) ? message : known));
}

export interface ReadMark {
  readerType: Side;
  lastReadMessageId: string;
  readAt: string;
}

/** Everything the other side wrote up to the marked message becomes read; earlier marks keep their time. */
export function applyReadMark(data: MessagePages, mark: ReadMark): MessagePages {
  const last = flattenMessages(data).find((message) => message.id === mark.lastReadMessageId);
  if (!last) return data;
  return mapMessages(data, (message) => {
    const isTheirs = message.senderType !== mark.readerType;
    if (!isTheirs || message.readAt !== null || comesAfter(message, last)) return message;
    return { ...message, readAt: mark.readAt };
  });
}

/**
 * Joins a freshly fetched newest page to what is loaded, after the event stream had a gap. Returns null when the two
 * do not touch: then something is missing between them and the caller must fetch on or start over. A part from the
 * middle stays as it is: its pages lead to what is new.
 */
export function joinNewest(data: MessagePages, fresh: MessagePageDto): MessagePages | null {
  if (!isAtNewest(data)) return data;
  const known = new Set(data.pages.flatMap((page) => page.items.map((message) => message.id)));
  const touches = fresh.items.some((message) => known.has(message.id)) || !fresh.nextCursor;
  if (!touches) return null;
  return fresh.items.reduce((pages, message) => putMessage(pages, message), data);
}

function otherSide(side: Side): Side {
  return side === 'USER' ? 'STAFF' : 'USER';
}

function isUnread({ senderType, deletedAt, readAt }: MessageDto, side: Side): boolean {
  return senderType === otherSide(side) && deletedAt === null && readAt === null;
}

/** The first message of the other side that this side has not read, or null. */
export function findFirstUnread(messages: readonly MessageDto[], side: Side): MessageDto | null {
  return messages.find((message) => isUnread(message, side)) ?? null;
}

/** Whether a message of the other side is there that this side has read: nothing before it is unread. */
export function hasReadMessage(messages: readonly MessageDto[], side: Side): boolean {
  return messages.some(({ senderType, readAt }) => senderType === otherSide(side) && readAt !== null);
}

export function countUnread(messages: readonly MessageDto[], side: Side): number {
  return messages.filter((message) => isUnread(message, side)).length;
}
