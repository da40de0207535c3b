import type { Page } from 'playwright-core';

/** What a reader does on a page of the chat, found by roles and attributes, whatever the language. */

const message = 'section[tabindex="0"] li';
const modal = '[role="dialog"]';

/** Any file's row or tile is enough to know that the panel has drawn itself. */
export async function openFilesPanel(page: Page): Promise<void> {
  await page.locator('button[aria-haspopup="dialog"][aria-expanded]:visible').first().click();
  await page.locator(`${modal} [role="tab"]`).first().waitFor();
  await page.locator(`${modal} [role="tabpanel"] li`).first().waitFor();
}

export async function openDocuments(page: Page): Promise<void> {
  await openFilesPanel(page);
  await page.locator(`${modal} [role="tab"]`).nth(1).click();
  await page.locator(`${modal} [role="tabpanel"] li`).first().waitFor();
}

export const searchHere = (words: string) => async (page: Page) => {
  await page.keyboard.press('Control+f');
  const search = page.locator('search input').last();
  await search.fill(words);
  await page.locator('button mark').first().waitFor();
};

export const searchEverywhere = (words: string) => async (page: Page) => {
  await page.locator('body').press('f');
  await page.locator('search input:visible').first().fill(words);
  await page.locator('[data-found-row], [data-dialog-list] h2').first().waitFor();
};

export async function openCalendar(page: Page): Promise<void> {
  await page.locator(`${message} h3 button`).first().click();
  await page.locator(`${modal} input[type="date"]`).waitFor();
}

/** Of a message with a picture; for the customer who sent it and for admins. */
export async function openRecordOfOpenings(page: Page): Promise<void> {
  const withPicture = page.locator(message).filter({ has: page.locator('button img') });
  await withPicture.locator('button[aria-haspopup="menu"]').first().click({ force: true });
  const items = page.locator('[role="menuitem"]:has(svg.lucide-eye)');
  await items.click();
  await page.locator(modal).waitFor();
}

/** The last message must be the reader's own. */
export async function askToDelete(page: Page): Promise<void> {
  await page.locator(`${message} button[aria-haspopup="menu"]`).last().click({ force: true });
  await page.locator('[role="menuitem"]').last().click();
  await page.locator(modal).waitFor();
}

export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export const attach =
  (...files: readonly ChosenFile[]) =>
  async (page: Page) => {
    await page.locator('input[type=file][multiple]').setInputFiles([...files]);
    await page
      .getByText(files.at(-1)?.name.slice(0, 6) ?? '')
      .last()
      .waitFor();
  };
