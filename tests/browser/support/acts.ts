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

/** The first PDF that is to be seen, with its first page drawn. */
export async function openPdf(page: Page): Promise<void> {
  await page.locator(`${message} button:has-text(".pdf")`).first().click();
  await page.locator(`${modal} canvas`).first().waitFor();
}

export const searchInPdf = (words: string) => async (page: Page) => {
  await openPdf(page);
  await page.keyboard.press('Control+f');
  await page.locator(`${modal} search input`).fill(words);
  await page.locator(`${modal} output`).getByText(/\d/).waitFor();
};

/** Blacks two lines out of a picture that is about to be sent. */
export const blackOut = (picture: ChosenFile) => async (page: Page) => {
  await attach(picture)(page);
  await page.locator('button:has(svg.lucide-brush)').click();
  const canvas = page.locator(`${modal} canvas`);
  // Until the picture is there, it is a pixel wide.
  await page.locator(`${modal} canvas[width="${(await sizeOf(page)).width}"]`).waitFor();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('the picture to paint on is not there');
  for (const share of [0.42, 0.5]) {
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * share);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.62, box.y + box.height * (share + 0.03), { steps: 6 });
    await page.mouse.up();
  }
};

function sizeOf(page: Page): Promise<{ width: number }> {
  return page.locator(`${modal} img`).evaluate(async (image) => {
    if (!(image instanceof HTMLImageElement)) throw new Error('not a picture');
    await image.decode();
    return { width: image.naturalWidth };
  });
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
