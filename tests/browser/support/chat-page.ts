import type { Locator, Page } from 'playwright-core';
import { PASSWORD, type PersonName, people } from '#tests/support/people.ts';
import { untilAwake } from './stage.ts';

export interface FilePayload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Elements of the chat's pages by their accessible names (English). */

/** The messages of the open conversation. */
export const messagesOf = (page: Page): Locator => page.getByRole('region', { name: 'Messages' });
/** The composer's text field. */
export const fieldOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Write a message' });
/** The composer's Send button. */
export const sendButtonOf = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });
/** The files attached to the next message. */
export const trayOf = (page: Page): Locator => page.getByRole('list', { name: /attached$/ });
/** The rows of the conversation list. */
export const rowsOf = (page: Page): Locator => page.locator('[data-dialog-row]');
/** The lightbox. */
export const viewerOf = (page: Page): Locator => page.getByRole('dialog', { name: 'File viewer' });

/** Signs in through the form. */
export async function signInByForm(page: Page, person: PersonName): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(people[person].email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens a conversation as a customer; resolves once its messages are rendered. */
export async function openAsCustomer(page: Page, dialogId: string): Promise<void> {
  await page.goto(`/support-chat?dialog=${dialogId}`);
  await untilAwake(page);
  await messagesOf(page).getByRole('listitem').first().waitFor();
}

/** Opens a conversation in the inbox; resolves once its messages are rendered. */
export async function openAsStaff(page: Page, dialogId: string): Promise<void> {
  await page.goto(`/admin/support-chat?dialog=${dialogId}`);
  await untilAwake(page);
  await messagesOf(page).getByRole('listitem').first().waitFor();
}

/** Chooses files as the file dialog would. */
export function chooseFiles(page: Page, ...files: FilePayload[]): Promise<void> {
  return page.locator('input[type=file][multiple]').setInputFiles(files);
}

/** Sends a text with Enter. */
export async function sendText(page: Page, text: string): Promise<void> {
  await fieldOf(page).fill(text);
  await fieldOf(page).press('Enter');
}

/** The message with exactly this text. */
export const bubbleOf = (page: Page, text: string): Locator => messagesOf(page).getByText(text, { exact: true });

/** Marks the page, so that a test can tell that it has not been reloaded since. */
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
