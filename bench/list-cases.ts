import { encodeCursor } from '#features/support-chat/_domain/cursor.ts';
import { LONGEST_DIALOG_ID } from './chat-data.ts';

/** One request a person waits for. */
export interface ListCase {
  kind: 'list' | 'search' | 'storage';
  name: string;
  procedure: string;
  input: object;
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Searched both in all messages and in the inbox. */
const SEARCHED: [name: string, query: string][] = [
  ['a word in half of all messages', 'the'],
  ['a rare word', 'вагиов'],
  ['a number in one message', '#123'],
  ['a file name', 'договор №77'],
  ['no match', 'zzyzx'],
  ['two letters', 'ги'],
  ['two letters, no match', 'qj'],
  ['part of an address', 'c77@example'],
];

const LONG = { dialogId: LONGEST_DIALOG_ID };

/** For a user who is an admin and owns the longest conversation. */
export function listCases(now = Date.now()): ListCase[] {
  const middle = new Date(now - 1.5 * YEAR_MS);
  return [...inboxCases(middle), ...conversationCases(middle), ...searchCases()];
}

function inboxCases(middle: Date): ListCase[] {
  const cursor = encodeCursor('dialogs', { at: middle, id: 'dialog-9' });
  return [
    inbox('list', 'inbox, recent', {}),
    inbox('list', 'inbox, recent, deep cursor', { cursor }),
    inbox('list', 'inbox, waiting', { ...WAITING }),
    inbox('list', 'inbox, not waiting', { waiting: false, state: 'open', limit: 40 }),
    inbox('list', 'inbox, not waiting, deep cursor', { waiting: false, limit: 40, cursor }),
    inbox('list', 'inbox, closed', { state: 'closed', limit: 40 }),
    inbox('list', 'inbox, unanswered', { hasUnansweredIncoming: true }),
    inbox('list', 'inbox, all, by waiting time', { sort: 'waiting' }),
    { kind: 'list', name: "a customer's conversations", procedure: 'supportChat.userListDialogs', input: {} },
    { kind: 'list', name: 'people, by name', procedure: 'people.list', input: { query: 'c77' } },
    { kind: 'storage', name: 'storage page', procedure: 'storage.overview', input: {} },
  ];
}

/** In the longest conversation. */
function conversationCases(middle: Date): ListCase[] {
  const ask = (name: string, procedure: string, input: object): ListCase => ({
    kind: 'list',
    name,
    procedure: `supportChat.${procedure}`,
    input: { ...LONG, ...input },
  });
  return [
    ask('messages, newest page', 'userGetMessages', { limit: 50 }),
    ask('messages, middle', 'userGetMessages', {
      cursor: encodeCursor('messages', { at: middle, id: '0' }),
      limit: 50,
    }),
    ask('messages, first unread', 'messagesAround', { unread: true }),
    ask('messages, a day', 'messagesAround', { at: middle.toISOString() }),
    ask('files', 'listAttachments', { kinds: ['image'] }),
    ask('access record', 'listAttachmentAccess', {}),
  ];
}

function searchCases(): ListCase[] {
  const messages = (name: string, input: object): ListCase => ({
    kind: 'search',
    name,
    procedure: 'supportChat.searchMessages',
    input,
  });
  return SEARCHED.flatMap(([name, query]) => [
    messages(`search all: ${name}`, { query }),
    messages(`search in the longest conversation: ${name}`, { ...LONG, query }),
    inbox('search', `search in the inbox: ${name}`, { query }),
    inbox('search', `search among the waiting: ${name}`, { ...WAITING, query }),
  ]);
}

const WAITING = { waiting: true, state: 'open', sort: 'waiting', limit: 100 };

function inbox(kind: ListCase['kind'], name: string, input: object): ListCase {
  return { kind, name, procedure: 'supportChat.staffListDialogs', input };
}
