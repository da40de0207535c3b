import type { Locator, Page } from 'playwright-core';
import { PASSWORD, type PersonName, people } from '#tests/support/people.ts';
import { untilAwake } from './stage.ts';

export interface FilePayload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Parts of the chat's pages by what a reader calls them (English). */
export const messagesOf = (page: Page): Locator => page.getByRole('region', { name: 'Messages' });
export const fieldOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Write a message' });
export const sendButtonOf = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });
export const trayOf = (page: Page): Locator => page.getByRole('list', { name: /attached$/ });
export const rowsOf = (page: Page): Locator => page.locator('[data-dialog-row]');
export const viewerOf = (page: Page): Locator => page.getByRole('dialog', { name: 'File viewer' });

export async function signInByForm(page: Page, person: PersonName): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(people[person].email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The customer's page at a dialog; resolves once its messages are drawn. */
export async function openAsCustomer(page: Page, dialogId: string): Promise<void> {
  await page.goto(`/support-chat?dialog=${dialogId}`);
  await untilAwake(page);
  await messagesOf(page).getByRole('listitem').first().waitFor();
}

export async function openAsStaff(page: Page, dialogId: string): Promise<void> {
  await page.goto(`/admin/support-chat?dialog=${dialogId}`);
  await untilAwake(page);
  await messagesOf(page).getByRole('listitem').first().waitFor();
}

/** Chooses files as the file dialog would. */
export function chooseFiles(page: Page, ...files: FilePayload[]): Promise<void> {
  return page.locator('input[type=file][multiple]').setInputFiles(files);
}

export async function sendText(page: Page, text: string): Promise<void> {
  await fieldOf(page).fill(text);
  await fieldOf(page).press('Enter');
}

/** A message that shows this text, once. */
export const bubbleOf = (page: Page, text: string): Locator => messagesOf(page).getByText(text, { exact: true });

/** Shows that what appeared later came without a load: the mark is gone after one. */
export async function markPage(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Reflect.set(window, 'isStillTheSamePage', true));
  return () => page.evaluate(() => Reflect.get(window, 'isStillTheSamePage') === true);
}

export interface PictureShape {
  natural: number;
  drawn: number;
  /** Whether the picture fills its box without being cut or squeezed. */
  fit: string;
}

/** Waits for the picture's bytes. Ratios are width by height. */
export function shapeOf(picture: Locator): Promise<PictureShape> {
  return picture.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) throw new Error('not a picture');
    await element.decode();
    const box = element.getBoundingClientRect();
    return {
      natural: element.naturalWidth / element.naturalHeight,
      drawn: box.width / box.height,
      fit: getComputedStyle(element).objectFit,
    };
  });
}
