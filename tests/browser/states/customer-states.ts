import {
  attach,
  openCalendar,
  openDocuments,
  openFileViews,
  openMessageMenu,
  searchConversation,
  showTyping,
} from './actions.ts';
import { annasConversation, at, message, type PageState, picture, row } from './page-state.ts';
import { answerEmpty, answerForbidden, answerNever } from './replaced-answers.ts';

const narrow = [390];
const inConversation = { person: 'anna', path: annasConversation('/support-chat'), ready: message } as const;

/** The customer's side of the chat. */
export const customerStates: readonly PageState[] = [
  {
    name: 'customer-first-visit',
    person: 'anna',
    path: at('/support-chat'),
    before: answerEmpty('userListDialogs'),
    ready: 'textarea',
  },
  { name: 'customer-new', person: 'boris', path: at('/support-chat?dialog=new'), ready: 'textarea' },
  { name: 'customer-list', person: 'anna', path: at('/support-chat'), ready: `${row}:visible, ${message}` },
  {
    name: 'customer-list-loading',
    person: 'anna',
    path: at('/support-chat'),
    before: answerNever('userListDialogs'),
    ready: 'main',
    widths: narrow,
    isUnsettled: true,
  },
  {
    name: 'customer-list-failed',
    person: 'anna',
    path: at('/support-chat'),
    before: answerForbidden('userListDialogs'),
    ready: 'main',
    widths: narrow,
  },
  { name: 'customer-conversation', ...inConversation },
  { name: 'message-menu', ...inConversation, act: openMessageMenu },
  { name: 'search-conversation', ...inConversation, act: searchConversation('теле') },
  { name: 'calendar', ...inConversation, act: openCalendar },
  { name: 'files-documents', ...inConversation, act: openDocuments },
  { name: 'file-views', ...inConversation, ready: picture, act: openFileViews },
  {
    name: 'composer-files',
    ...inConversation,
    act: attach(
      { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') },
      { name: 'manual.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ),
  },
  { name: 'typing', ...inConversation, act: showTyping, isUnsettled: true },
  {
    name: 'offline',
    ...inConversation,
    act: (page) => page.context().setOffline(true),
    isUnsettled: true,
  },
];
