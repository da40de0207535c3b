import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { makePdf, makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { sendFile } from '#tests/support/scene.ts';
import { findAxeProblems } from './support/axe.ts';
import { fieldOf, rowsOf } from './support/chat-page.ts';
import { findLayoutProblems } from './support/layout.ts';
import { fillConversation, numbered } from './support/long-conversation.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describeInBrowser('the search of support over all conversations', () => {
  const stage = useStage();
  beforeAll(async () => {
    const { server } = stage;
    const [anna, boris, sofia] = [await server.as('anna'), await server.as('boris'), await server.as('sofia')];
    await fillConversation(server, { person: 'boris', count: 400 });
    const { dialogId } = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
      initialMessage: 'The teapot came broken',
      topic: 'Broken parcel',
    });
    const bytes = await makePhotoJpeg({ width: 600, height: 400 });
    await sendFile(anna, { bytes, name: 'teapot-crack.jpg', type: 'image/jpeg', dialogId });
    await sofia.mutate('supportChat.sendMessage', { dialogId, text: 'A new Teapot is on its way' });
    await sofia.mutate('supportChat.closeDialog', { dialogId });
    await sendFile(boris, { bytes: makePdf(), name: 'teapot-invoice.pdf', type: 'application/pdf' });
  });

  const toMessages = (page: Page) => page.getByRole('button', { name: 'Messages and files' });
  const fieldIn = (page: Page) => page.getByRole('textbox', { name: /^Search/ }).first();
  const hitsOf = (page: Page) => page.getByRole('list', { name: 'Found messages' }).getByRole('link');

  async function openInbox(options?: Parameters<typeof stage.open>[1]) {
    const page = await stage.open('sofia', { path: '/admin/support-chat', ...options });
    await rowsOf(page).first().waitFor();
    return page;
  }

  async function search(page: Page, words: string) {
    await fieldIn(page).fill(words);
    await toMessages(page).click();
  }

  test('finds words and file names in open and closed dialogs: whose, by whom, when, with the words marked', async () => {
    const page = await openInbox();
    await search(page, 'teapot');
    await expect.poll(() => hitsOf(page).count()).toBe(4);
    const answer = hitsOf(page).filter({ hasText: 'on its way' });
    expect(await answer.textContent()).toContain('Anna · Broken parcel');
    expect(await answer.textContent()).toContain('You: A new Teapot is on its way');
    expect(await answer.locator('mark').allTextContents()).toEqual(['Teapot']);
    expect(await answer.locator('time').getAttribute('datetime')).toMatch(/^20/);
    const photo = hitsOf(page).filter({ hasText: 'teapot-crack.jpg' });
    await expect
      .poll(() => photo.locator('img').evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth > 0))
      .toBe(true);
    expect(await hitsOf(page).filter({ hasText: 'teapot-invoice.pdf' }).locator('mark').textContent()).toBe('teapot');
    expect(await findAxeProblems(page)).toEqual([]);
  });

  test('leads to the message in its conversation, also far back, and marks it', async () => {
    const page = await openInbox();
    await search(page, numbered(37));
    const hit = hitsOf(page).filter({ hasText: /number 37$/ });
    await hit.click();
    const marked = page.locator('[data-found]').getByText(numbered(37), { exact: true });
    await marked.waitFor();
    await page.getByRole('button', { name: /^Jump to latest/ }).click();
    await marked.waitFor({ state: 'detached' });
    await hit.click();
    await marked.waitFor();
  });

  test('shows more when there is more', async () => {
    const page = await openInbox();
    await search(page, 'Message number');
    await expect.poll(() => hitsOf(page).count()).toBeGreaterThanOrEqual(30);
    await expect
      .poll(async () => {
        await hitsOf(page).last().scrollIntoViewIfNeeded();
        return hitsOf(page).count();
      })
      .toBeGreaterThan(60);
    const texts = await hitsOf(page).allTextContents();
    expect(new Set(texts.map((text) => text.match(/number \d+/)?.[0])).size).toBe(texts.length);
  });

  test('says when nothing is found, and when it did not work, and tries again', async () => {
    const page = await openInbox();
    await search(page, 'no such words');
    await page.getByText('No messages or file names match “no such words”.').waitFor();
    const answer = { error: { message: '', code: -32003, data: { code: 'FORBIDDEN' } } };
    await page.route('**/api/trpc/supportChat.searchMessages*', (route) =>
      route.fulfill({ status: 403, json: answer }),
    );
    await fieldIn(page).fill('teapot');
    await page.getByText('Search failed').waitFor();
    await page.unroute('**/api/trpc/supportChat.searchMessages*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => hitsOf(page).count()).toBe(4);
  });

  test('is reached and walked by keys, and the sheet of keys names it', async () => {
    const page = await openInbox();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Search all messages').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('f');
    await page.getByText('Search all conversations').waitFor();
    await page.keyboard.type('teapot');
    await expect.poll(() => hitsOf(page).count()).toBe(4);
    await page.keyboard.press('Enter');
    const chosen = () => page.locator('[data-found-row][aria-current="true"]').getAttribute('data-found-row');
    const ids = await hitsOf(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-found-row')));
    await expect.poll(chosen).toBe(ids[0]);
    // The caret is where one answers; Escape gives the keys back to the list.
    await expect.poll(() => fieldOf(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await expect.poll(chosen).toBe(ids[1]);
    await page.locator('[data-found]').waitFor();
  });

  test('works on a phone: to the message, and back to what was found', async () => {
    const page = await openInbox(phone);
    await search(page, 'teapot');
    await expect.poll(() => hitsOf(page).count()).toBe(4);
    expect(await findLayoutProblems(page)).toEqual([]);
    await hitsOf(page).filter({ hasText: 'came broken' }).tap();
    await page.locator('[data-found]').getByText('The teapot came broken').waitFor();
    await page.getByRole('button', { name: 'Back to the inbox' }).tap();
    await expect.poll(() => hitsOf(page).count()).toBe(4);
  });
});
