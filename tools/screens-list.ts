import type { Page } from 'playwright-core';
import {
  askToDelete,
  attach,
  openCalendar,
  openDocuments,
  openFilesPanel,
  openPdf,
  openRecordOfOpenings,
  searchEverywhere,
  searchHere,
} from '#tests/browser/support/acts.ts';
import { message, modal, type Screen } from './screen.ts';
import { screensOfFiles } from './screens-of-files.ts';

const staffList = '**/api/trpc/supportChat.staffListDialogs*';
const userList = '**/api/trpc/supportChat.userListDialogs*';
const row = '[data-dialog-row]';

const answerEmpty = (address: string) => (page: Page) =>
  page.route(address, (route) => route.fulfill({ json: { result: { data: { items: [] } } } }));
const answerNever = (address: string) => (page: Page) => page.route(address, () => undefined);
const answerFailed = (address: string) => (page: Page) =>
  page.route(address, (route) =>
    route.fulfill({ status: 403, json: { error: { message: '', code: -32003, data: { code: 'FORBIDDEN' } } } }),
  );

const openFirst = async (page: Page) => {
  await page.locator(row).first().click();
  await page.locator('textarea').first().waitFor({ state: 'visible' });
};
const openAnna = async (page: Page) => {
  await page.locator(row, { hasText: 'Anna' }).first().click();
  await page.locator('textarea').first().waitFor({ state: 'visible' });
};
/** In Anna's conversation, on either side. */
const inAnna = (act: (page: Page) => Promise<void>) => async (page: Page) => {
  await openAnna(page);
  await page.locator(`${message} button img`).first().waitFor();
  await act(page);
};
const inFirst = (act: (page: Page) => Promise<void>) => async (page: Page) => {
  await openFirst(page);
  await page.locator(message).first().waitFor();
  await act(page);
};
const openPicture = async (page: Page) => {
  await page.locator(`${message} button:has(img)`).first().click();
  await page.locator(`${modal} img`).first().waitFor();
};
const files = [
  { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') },
  { name: 'manual.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
];
const openAccountMenu = (page: Page) => page.locator('button[aria-haspopup="menu"]:visible').last().click();

const wide = [1440];
const narrow = [390];

export const screens: readonly Screen[] = [
  { name: 'sign-in', path: '/sign-in', ready: 'form' },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    ready: 'form',
    async act(page) {
      await page.locator('[name="email"]').fill('anna@demo.test');
      await page.locator('[name="password"]').fill('not-the-password');
      await page.locator('[type="submit"]').click();
      await page.locator('form [role="alert"]').waitFor();
    },
  },
  {
    name: 'sign-up-problems',
    path: '/sign-up',
    ready: 'form',
    act: (page) => page.locator('[type="submit"]').click(),
  },
  { name: 'customer-list', path: '/support-chat', as: 'anna', ready: row, widths: narrow },
  { name: 'customer-dialog', path: '/support-chat', as: 'anna', ready: row, act: openFirst },
  { name: 'customer-new', path: '/support-chat?dialog=new', as: 'anna', ready: 'textarea' },
  { name: 'customer-first', path: '/support-chat', as: 'anna', before: answerEmpty(userList), ready: 'textarea' },
  { name: 'customer-loading', path: '/support-chat', as: 'anna', before: answerNever(userList), widths: narrow },
  { name: 'customer-failed', path: '/support-chat', as: 'anna', before: answerFailed(userList), widths: narrow },
  { name: 'inbox', path: '/admin/support-chat', as: 'sofia', ready: row },
  { name: 'inbox-dialog', path: '/admin/support-chat', as: 'sofia', ready: row, act: openAnna },
  {
    name: 'inbox-nothing-found',
    path: '/admin/support-chat',
    as: 'sofia',
    ready: row,
    async act(page) {
      await page.locator('search input').fill('zzzzzz');
      await page.locator(row).first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'inbox-all',
    path: '/admin/support-chat',
    as: 'sofia',
    ready: row,
    act: (page) => page.locator('fieldset button').last().click(),
  },
  { name: 'search-all', path: '/admin/support-chat', as: 'sofia', ready: row, act: searchEverywhere('теле') },
  {
    name: 'search-all-nothing',
    path: '/admin/support-chat',
    as: 'sofia',
    ready: row,
    act: searchEverywhere('zzzzzz'),
  },
  { name: 'search-here', path: '/support-chat', as: 'anna', ready: row, act: inFirst(searchHere('теле')) },
  { name: 'calendar', path: '/support-chat', as: 'anna', ready: row, act: inFirst(openCalendar) },
  { name: 'files-pictures', path: '/admin/support-chat', as: 'sofia', ready: row, act: inAnna(openFilesPanel) },
  { name: 'files-documents', path: '/support-chat', as: 'anna', ready: row, act: inFirst(openDocuments) },
  { name: 'record-of-openings', path: '/support-chat', as: 'anna', ready: row, act: inFirst(openRecordOfOpenings) },
  { name: 'delete-question', path: '/support-chat', as: 'anna', ready: row, act: inFirst(askToDelete) },
  { name: 'viewer-picture', path: '/admin/support-chat', as: 'sofia', ready: row, act: inAnna(openPicture) },
  { name: 'viewer-pdf', path: '/support-chat', as: 'anna', ready: row, act: inFirst(openPdf) },
  { name: 'composer-files', path: '/support-chat', as: 'anna', ready: row, act: inFirst(attach(...files)) },
  { name: 'storage', path: '/admin/support-chat/storage', as: 'admin', ready: 'main section' },
  { name: 'inbox-empty', path: '/admin/support-chat', as: 'sofia', before: answerEmpty(staffList), ready: 'h1' },
  { name: 'inbox-loading', path: '/admin/support-chat', as: 'sofia', before: answerNever(staffList), ready: 'h1' },
  { name: 'inbox-failed', path: '/admin/support-chat', as: 'sofia', before: answerFailed(staffList), ready: 'h1' },
  {
    name: 'inbox-keys',
    path: '/admin/support-chat',
    as: 'sofia',
    ready: row,
    widths: wide,
    act: (page) => page.keyboard.press('?'),
  },
  { name: 'account-menu', path: '/admin/support-chat', as: 'admin', ready: row, act: openAccountMenu },
  { name: 'no-access', path: '/admin/support-chat', as: 'nikita', ready: 'h1' },
  { name: 'people', path: '/admin/people', as: 'admin', ready: 'tbody tr' },
  {
    name: 'people-question',
    path: '/admin/people',
    as: 'admin',
    ready: 'tbody tr',
    act: async (page) => {
      await page.locator('tr', { hasText: 'nikita@demo.test' }).locator('select').selectOption('ADMIN');
      await page.locator('[role="dialog"]').waitFor({ state: 'visible' });
    },
  },
  {
    name: 'offline',
    path: '/support-chat',
    as: 'anna',
    ready: row,
    act: (page) => page.context().setOffline(true),
  },
  { name: 'not-found', path: '/nowhere', ready: 'h1' },
  ...screensOfFiles,
];
