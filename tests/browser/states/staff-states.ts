import type { Page } from 'playwright-core';
import { askToDelete, openFilesPanel, openFileViews, searchEverywhere } from './actions.ts';
import { annasConversation, at, message, modal, type PageState, picture, row } from './page-state.ts';
import { answerEmpty, answerForbidden, answerNever } from './replaced-answers.ts';

const inInbox = { person: 'sofia', path: at('/admin/support-chat'), ready: row } as const;
const inConversation = { person: 'sofia', path: annasConversation('/admin/support-chat'), ready: message } as const;

async function filterByUnknownName(page: Page): Promise<void> {
  await page.locator('search input').fill('zzzzzz');
  await page.locator(row).first().waitFor({ state: 'detached' });
}

async function openShortcuts(page: Page): Promise<void> {
  await page.locator('body').press('?');
  await page.locator(modal).waitFor();
}

/** The inbox and a conversation as support sees them. */
export const staffStates: readonly PageState[] = [
  { name: 'inbox', ...inInbox },
  { name: 'inbox-all', ...inInbox, act: (page) => page.locator('fieldset button').last().click() },
  { name: 'inbox-nothing-found', ...inInbox, act: filterByUnknownName },
  { name: 'inbox-empty', ...inInbox, before: answerEmpty('staffListDialogs'), ready: 'h1' },
  { name: 'inbox-loading', ...inInbox, before: answerNever('staffListDialogs'), ready: 'h1', isUnsettled: true },
  { name: 'inbox-failed', ...inInbox, before: answerForbidden('staffListDialogs'), ready: 'h1' },
  {
    name: 'inbox-reconnecting',
    ...inInbox,
    before: (page) => page.route('**/api/support-chat/events*', (route) => route.abort()),
    act: (page) => page.locator('h1 ~ * [role="status"] svg, [role="status"] svg').first().waitFor({ timeout: 20_000 }),
    isUnsettled: true,
  },
  { name: 'inbox-shortcuts', ...inInbox, widths: [1440], act: openShortcuts },
  { name: 'search-all', ...inInbox, act: searchEverywhere('теле') },
  { name: 'search-all-nothing', ...inInbox, act: searchEverywhere('zzzzzz') },
  { name: 'inbox-conversation', ...inConversation },
  { name: 'delete-confirmation', ...inConversation, act: askToDelete },
  { name: 'files-pictures', ...inConversation, act: openFilesPanel },
  {
    name: 'file-views-all',
    person: 'admin',
    path: annasConversation('/admin/support-chat'),
    ready: picture,
    act: openFileViews,
  },
];
