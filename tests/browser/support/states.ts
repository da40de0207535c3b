import type { Page } from 'playwright-core';
import { makePdf, makePhotoJpeg, makeWav } from '#tests/fixtures/media/make-media.ts';
import type { PersonName } from '#tests/support/people.ts';
import { openDialog, sendFile } from '#tests/support/scene.ts';
import type { TestServer } from '#tests/support/test-server.ts';
import {
  askToDelete,
  attach,
  blackOut,
  openCalendar,
  openDocuments,
  openFilesPanel,
  openPdf,
  openRecordOfOpenings,
  searchEverywhere,
  searchHere,
  searchInPdf,
} from './acts.ts';

/** A page as somebody may find it. Parts are found by roles and attributes, as the language differs from test to test. */
export interface PageState {
  name: string;
  person: PersonName | null;
  path: (furniture: Furniture) => string;
  /** Seen when the page has drawn itself. */
  ready: string;
  act?: (page: Page) => Promise<void>;
}

export interface Furniture {
  /** Anna's, with files of every look and an answer of Sofia's. */
  dialogId: string;
}

const message = 'section[tabindex="0"] li';
const row = '[data-dialog-row]';
const picture = `${message} button:has(img)`;
const viewer = '[role="dialog"]';

const photo = await makePhotoJpeg({ width: 800, height: 600 });

/** Rows to see: two conversations, one with an answer, one waiting. */
export async function furnish(server: Pick<TestServer, 'as'>): Promise<Furniture> {
  const [anna, boris, sofia] = await Promise.all([server.as('anna'), server.as('boris'), server.as('sofia')]);
  const dialogId = await openDialog(anna, 'Здравствуйте! Посылка пришла разбитой, see https://example.com/parcel');
  await sendFile(anna, { bytes: photo, name: 'parcel.jpg', type: 'image/jpeg', dialogId });
  await sendFile(anna, { bytes: makePdf(), name: 'invoice.pdf', type: 'application/pdf', dialogId });
  await sendFile(anna, { bytes: makeWav(2), name: 'call.wav', type: 'audio/wav', dialogId });
  await sendFile(anna, { bytes: 'a;b\n1;2\n', name: 'orders.csv', type: 'text/csv', dialogId });
  await sofia.mutate('supportChat.sendMessage', { dialogId, text: 'Мы заменим её. Sorry about that!' });
  await openDialog(boris, 'Where is my order?');
  return { dialogId };
}

const at = (path: string) => () => path;
const inConversation =
  (path: string) =>
  ({ dialogId }: Furniture) =>
    `${path}?dialog=${dialogId}`;

async function openPicture(page: Page): Promise<void> {
  await page.locator(picture).first().click();
  await page.locator(`${viewer} img`).waitFor();
}

async function openAccountMenu(page: Page): Promise<void> {
  await page
    .locator('button[aria-haspopup="menu"]:visible')
    .filter({ hasText: /Anna|Admin/ })
    .first()
    .click();
  await page.locator('[role="menu"]').waitFor();
}

async function openMessageMenu(page: Page): Promise<void> {
  await page.locator(`${message} button[aria-haspopup="menu"]`).first().click({ force: true });
  await page.locator('[role="menu"]').waitFor();
}

export const states: readonly PageState[] = [
  { name: 'sign-in', person: null, path: at('/sign-in'), ready: 'form' },
  {
    name: 'sign-in refused',
    person: null,
    path: at('/sign-in'),
    ready: 'form',
    async act(page) {
      await page.locator('[name="email"]').fill('anna@demo.test');
      await page.locator('[name="password"]').fill('not-the-password');
      await page.locator('[type="submit"]').click();
      await page.locator('form [role="alert"]').waitFor();
    },
  },
  {
    name: 'sign-up with problems',
    person: null,
    path: at('/sign-up'),
    ready: 'form',
    act: (page) => page.locator('[type="submit"]').click(),
  },
  { name: 'not found', person: null, path: at('/nowhere'), ready: 'h1' },
  { name: "customer's first conversation", person: 'boris', path: at('/support-chat?dialog=new'), ready: 'textarea' },
  { name: "customer's list", person: 'anna', path: at('/support-chat'), ready: `${row}:visible, ${message}` },
  { name: "customer's conversation", person: 'anna', path: inConversation('/support-chat'), ready: message },
  {
    name: 'menu of a message',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    act: openMessageMenu,
  },
  { name: 'account menu', person: 'admin', path: at('/admin/support-chat'), ready: row, act: openAccountMenu },
  {
    name: 'viewer with a picture',
    person: 'sofia',
    path: inConversation('/admin/support-chat'),
    ready: picture,
    act: openPicture,
  },
  {
    name: 'viewer with a PDF',
    person: 'sofia',
    path: inConversation('/admin/support-chat'),
    ready: message,
    act: openPdf,
  },
  {
    name: 'viewer with an enlarged PDF and matches',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    async act(page) {
      await searchInPdf('northlight')(page);
      await page.locator(`${viewer} [role="document"]`).focus();
      await page.keyboard.press('+');
      await page.locator(`${viewer} .touch-pan-x`).waitFor();
    },
  },
  {
    name: 'brush',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    act: blackOut({ name: 'card.jpg', mimeType: 'image/jpeg', buffer: photo }),
  },
  { name: 'inbox, nothing chosen', person: 'sofia', path: at('/admin/support-chat'), ready: row },
  { name: 'inbox with a dialog', person: 'sofia', path: inConversation('/admin/support-chat'), ready: message },
  {
    name: 'inbox, nothing found',
    person: 'sofia',
    path: at('/admin/support-chat'),
    ready: row,
    async act(page) {
      await page.locator('search input').fill('no such words');
      await page.locator(row).first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'keys of the inbox',
    person: 'sofia',
    path: at('/admin/support-chat'),
    ready: row,
    async act(page) {
      await page.locator('body').press('?');
      await page.locator(viewer).waitFor();
    },
  },
  {
    name: 'search over all conversations',
    person: 'sofia',
    path: at('/admin/support-chat'),
    ready: row,
    act: searchEverywhere('par'),
  },
  {
    name: 'search over all conversations, nothing found',
    person: 'sofia',
    path: at('/admin/support-chat'),
    ready: row,
    act: searchEverywhere('no such words'),
  },
  {
    name: 'search in a conversation',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    act: searchHere('parcel'),
  },
  {
    name: 'calendar of a conversation',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    act: openCalendar,
  },
  {
    name: 'pictures of a conversation',
    person: 'sofia',
    path: inConversation('/admin/support-chat'),
    ready: message,
    act: openFilesPanel,
  },
  {
    name: 'documents of a conversation',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    act: openDocuments,
  },
  {
    name: 'record of openings',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: picture,
    act: openRecordOfOpenings,
  },
  {
    name: 'question before deleting',
    person: 'sofia',
    path: inConversation('/admin/support-chat'),
    ready: message,
    act: askToDelete,
  },
  {
    name: 'composer with files',
    person: 'anna',
    path: inConversation('/support-chat'),
    ready: message,
    act: attach(
      { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') },
      { name: 'manual.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ),
  },
  {
    name: 'storage',
    person: 'admin',
    path: at('/admin/support-chat/storage'),
    ready: 'main section',
  },
  { name: 'no access', person: 'nikita', path: at('/admin/support-chat'), ready: 'h1' },
  { name: 'people', person: 'admin', path: at('/admin/people'), ready: 'tbody tr' },
  {
    name: 'question before making an administrator',
    person: 'admin',
    path: at('/admin/people'),
    ready: 'tbody tr',
    async act(page) {
      await page.locator('tr', { hasText: 'nikita@demo.test' }).locator('select').selectOption('ADMIN');
      await page.locator(viewer).waitFor();
    },
  },
];

/** Brings a page into the state. */
export async function enter(page: Page, state: PageState, furniture: Furniture): Promise<void> {
  await page.goto(state.path(furniture));
  await page.locator(state.ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await state.act?.(page);
}
