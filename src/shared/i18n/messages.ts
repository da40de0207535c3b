import type { Locale } from './locales.ts';
import enAuth from './messages/en/auth.json';
import enCommon from './messages/en/common.json';
import enComposer from './messages/en/composer.json';
import enConversation from './messages/en/conversation.json';
import enFiles from './messages/en/files.json';
import enInbox from './messages/en/inbox.json';
import enLightbox from './messages/en/lightbox.json';
import enPeople from './messages/en/people.json';
import enSearch from './messages/en/search.json';
import enStorage from './messages/en/storage.json';
import ruAuth from './messages/ru/auth.json';
import ruCommon from './messages/ru/common.json';
import ruComposer from './messages/ru/composer.json';
import ruConversation from './messages/ru/conversation.json';
import ruFiles from './messages/ru/files.json';
import ruInbox from './messages/ru/inbox.json';
import ruLightbox from './messages/ru/lightbox.json';
import ruPeople from './messages/ru/people.json';
import ruSearch from './messages/ru/search.json';
import ruStorage from './messages/ru/storage.json';

const en = {
  auth: enAuth,
  common: enCommon,
  composer: enComposer,
  conversation: enConversation,
  files: enFiles,
  inbox: enInbox,
  lightbox: enLightbox,
  people: enPeople,
  search: enSearch,
  storage: enStorage,
};

const ru: Messages = {
  auth: ruAuth,
  common: ruCommon,
  composer: ruComposer,
  conversation: ruConversation,
  files: ruFiles,
  inbox: ruInbox,
  lightbox: ruLightbox,
  people: ruPeople,
  search: ruSearch,
  storage: ruStorage,
};

/** English is the model: a key it does not hold is a type error wherever it is used. */
export type Messages = typeof en;
export type Namespace = keyof Messages;

export const messages: Record<Locale, Messages> = { en, ru };
