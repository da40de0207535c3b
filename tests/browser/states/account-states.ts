import type { Page } from 'playwright-core';
import { at, modal, type PageState, row } from './page-state.ts';

async function signInWithWrongPassword(page: Page): Promise<void> {
  await page.locator('[name="email"]').fill('anna@demo.test');
  await page.locator('[name="password"]').fill('not-the-password');
  await page.locator('[type="submit"]').click();
  await page.locator('form [role="alert"]').waitFor();
}

async function openAccountMenu(page: Page): Promise<void> {
  await page.locator('button[aria-haspopup="menu"]:visible').filter({ hasText: /Admin/ }).first().click();
  await page.locator('[role="menu"]').waitFor();
}

async function makeAdministrator(page: Page): Promise<void> {
  await page.locator('tr', { hasText: 'nikita@demo.test' }).locator('select').selectOption('ADMIN');
  await page.locator(modal).waitFor();
}

/** Signing in, the account, and the administrator's pages. */
export const accountStates: readonly PageState[] = [
  { name: 'sign-in', person: null, path: at('/sign-in'), ready: 'form' },
  { name: 'sign-in-refused', person: null, path: at('/sign-in'), ready: 'form', act: signInWithWrongPassword },
  {
    name: 'sign-up-problems',
    person: null,
    path: at('/sign-up'),
    ready: 'form',
    act: (page) => page.locator('[type="submit"]').click(),
  },
  { name: 'not-found', person: null, path: at('/nowhere'), ready: 'h1' },
  { name: 'no-access', person: 'nikita', path: at('/admin/support-chat'), ready: 'h1' },
  { name: 'account-menu', person: 'admin', path: at('/admin/support-chat'), ready: row, act: openAccountMenu },
  { name: 'people', person: 'admin', path: at('/admin/people'), ready: 'tbody tr' },
  {
    name: 'people-confirmation',
    person: 'admin',
    path: at('/admin/people'),
    ready: 'tbody tr',
    act: makeAdministrator,
  },
  { name: 'storage', person: 'admin', path: at('/admin/support-chat/storage'), ready: 'main section' },
];
