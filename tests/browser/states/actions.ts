import type { Page } from 'playwright-core';
import { message, modal, type SampleChats } from './page-state.ts';

/** What a reader does on a page of the chat. Elements are found by roles and attributes, whatever the language. */

export async function openMessageMenu(page: Page): Promise<void> {
  await page.locator(`${message} button[aria-haspopup="menu"]`).first().click({ force: true });
  await page.locator('[role="menu"]').waitFor();
}

/** Resolves with the first file's row or tile rendered. */
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

/** Within the open conversation. */
export const searchConversation = (words: string) => async (page: Page) => {
  await page.keyboard.press('Control+f');
  const search = page.locator('search input').last();
  await search.fill(words);
  await page.locator('button mark').first().waitFor();
};

/** Over all conversations; resolves with results or the notice that there are none. */
export const searchEverywhere = (words: string) => async (page: Page) => {
  await page.locator('body').press('f');
  await page.locator('search input:visible').first().fill(words);
  await page.locator('[data-found-row], [data-dialog-list] h2').first().waitFor();
};

export async function openCalendar(page: Page): Promise<void> {
  await page.locator(`${message} h3 button`).first().click();
  await page.locator(`${modal} input[type="date"]`).waitFor();
}

/** Who viewed the files of a message with a picture; offered to the customer who sent it and to admins. */
export async function openFileViews(page: Page): Promise<void> {
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

/** Opens the first PDF on the page; resolves with its first page rendered. */
export async function openPdf(page: Page): Promise<void> {
  await page.locator(`${message} button:has-text(".pdf")`).first().click();
  await page.locator(`${modal} canvas`).first().waitFor();
}

export const searchPdf = (words: string) => async (page: Page) => {
  await openPdf(page);
  await page.keyboard.press('Control+f');
  await page.locator(`${modal} search input`).fill(words);
  await page.locator(`${modal} output`).getByText(/\d/).waitFor();
};

/** Attaches a picture and paints two strokes over it. */
export const redact = (picture: ChosenFile) => async (page: Page) => {
  await attach(picture)(page);
  await page.locator('button:has(svg.lucide-brush)').click();
  const canvas = page.locator(`${modal} canvas`);
  // Until the picture has loaded, the canvas is a pixel wide.
  await page.locator(`${modal} canvas[width="${(await sizeOf(page)).width}"]`).waitFor();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('The picture to paint on is not there.');
  for (const share of [0.42, 0.5]) {
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * share);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.62, box.y + box.height * (share + 0.03), { steps: 6 });
    await page.mouse.up();
  }
};

function sizeOf(page: Page): Promise<{ width: number }> {
  return page.locator(`${modal} img`).evaluate(async (image) => {
    if (!(image instanceof HTMLImageElement)) throw new Error('Not a picture.');
    await image.decode();
    return { width: image.naturalWidth };
  });
}

export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Chooses files as the file dialog would; resolves with the last one in the tray. */
export const attach =
  (...files: readonly ChosenFile[]) =>
  async (page: Page) => {
    await page.locator('input[type=file][multiple]').setInputFiles([...files]);
    await page
      .getByText(files.at(-1)?.name.slice(0, 6) ?? '')
      .last()
      .waitFor();
  };

/** Support begins to type, as the page shows it. */
export async function showTyping(page: Page, { as, annaConversationId }: SampleChats): Promise<void> {
  await page.locator('textarea').first().waitFor();
  // The event stream may open after the page has rendered.
  await page.waitForTimeout(1_000);
  await (await as('sofia')).mutate('supportChat.typing', { dialogId: annaConversationId });
  await page.locator('.animate-pulse-quiet').first().waitFor();
}
