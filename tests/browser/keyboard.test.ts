import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { makePdf } from '#tests/fixtures/media/make-media.ts';
import { PASSWORD, people } from '#tests/support/people.ts';
import type { SampleChats } from './states/page-state.ts';
import { bubbleOf, fieldOf, messagesOf, openAsCustomer, openAsStaff, rowsOf, viewerOf } from './support/chat-page.ts';
import { findInvisibleFocus, tabTo } from './support/focus.ts';
import { createSampleChats } from './support/sample-chats.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

/** Not the rows of a list: those are there before the conversation is, and its field takes the focus then. */
const message = 'section[tabindex="0"] li';

describeInBrowser('by keyboard alone', () => {
  const stage = useStage();
  let chats: SampleChats;
  beforeAll(async () => {
    chats = await createSampleChats(stage.server);
  });

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

  test('somebody signs in, writes, attaches a file, sends it, and opens and closes it', async () => {
    const page = await stage.open(null, { path: '/sign-in' });
    const { keyboard } = page;
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('email');
    await keyboard.type(people.anna.email);
    await keyboard.press('Tab');
    await keyboard.type(PASSWORD);
    await keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Write a message');
    await keyboard.type('With my keyboard');
    await keyboard.press('Shift+Enter');
    await keyboard.type('in two lines');
    // Asked for early: Chromium begins to report choosers a moment later.
    const chooser = page.waitForEvent('filechooser');
    await tabTo(page, 'Attach files', 'back');
    await keyboard.press('Enter');
    const file = { name: 'by-keyboard.pdf', mimeType: 'application/pdf', buffer: makePdf() };
    await (await chooser).setFiles(file);
    await page.getByText('by-keyboard.pdf').first().waitFor();
    await tabTo(page, 'Write a message', 'on');
    await keyboard.press('Enter');
    await messagesOf(page).getByText('With my keyboard').waitFor();
    const card = messagesOf(page).getByRole('button', { name: /^Open by-keyboard\.pdf/ });
    await card.waitFor();
    expect(await focused(page)).toBe('Write a message');

    await tabTo(page, /by-keyboard\.pdf/, 'back');
    await keyboard.press('Enter');
    await viewerOf(page).getByText('1 of 2', { exact: true }).waitFor();
    await keyboard.press('Escape');
    await viewerOf(page).waitFor({ state: 'detached' });
    await expect.poll(() => card.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('the viewer keeps the focus inside, walks by arrows and gives the focus back', async () => {
    const page = await stage.open('sofia');
    await openAsStaff(page, chats.annaConversationId);
    const picture = page.getByRole('button', { name: /^Open photo/ });
    await picture.focus();
    await page.keyboard.press('Enter');
    await viewerOf(page).getByRole('img', { name: 'parcel.jpg' }).waitFor();
    for (let press = 0; press < 15; press += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true);
    }
    await page.keyboard.press('ArrowRight');
    await viewerOf(page).getByText('1 of 2', { exact: true }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await viewerOf(page).getByRole('img', { name: 'parcel.jpg' }).waitFor();
    await page.keyboard.press('Escape');
    await viewerOf(page).waitFor({ state: 'detached' });
    await expect.poll(() => picture.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('support walks the inbox by J and K, also on a Russian keyboard, searches with a slash and answers', async () => {
    const page = await stage.open('sofia', { path: '/admin/support-chat' });
    await rowsOf(page).first().waitFor();
    const chosen = () => page.locator('[data-dialog-row][aria-current="true"]').getAttribute('data-dialog-row');
    const ids = await rowsOf(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-dialog-row')));
    await page.keyboard.press('j');
    await expect.poll(chosen).toBe(ids[0]);
    await page.evaluate(() => {
      const press = { key: 'о', code: 'KeyJ', bubbles: true, cancelable: true };
      document.body.dispatchEvent(new KeyboardEvent('keydown', press));
    });
    await expect.poll(chosen).toBe(ids[1]);
    await page.keyboard.press('k');
    await expect.poll(chosen).toBe(ids[0]);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Write a message');
    await page.keyboard.type('Answered without a mouse');
    await page.keyboard.press('Enter');
    await bubbleOf(page, 'Answered without a mouse').waitFor();

    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('anna@');
    await expect.poll(() => rowsOf(page).allTextContents()).toEqual([expect.stringContaining('Anna')]);
  });

  test('the menu of a message opens, is walked and closes by keys', async () => {
    const page = await stage.open('anna');
    await openAsCustomer(page, chats.annaConversationId);
    await fieldOf(page).focus();
    await tabTo(page, 'Message actions', 'back');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('menuitem');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('Message actions');
  });

  test.each([
    { name: 'sign-in', person: null, path: () => '/sign-in', ready: 'form' },
    {
      name: 'a conversation',
      person: 'anna',
      path: () => `/support-chat?dialog=${chats.annaConversationId}`,
      ready: message,
    },
    {
      name: 'the inbox',
      person: 'sofia',
      path: () => `/admin/support-chat?dialog=${chats.annaConversationId}`,
      ready: message,
    },
    { name: 'people', person: 'admin', path: () => '/admin/people', ready: 'tbody tr' },
  ] as const)('on the page of $name the focus is seen wherever Tab leads', async ({ person, path, ready }) => {
    const page = await stage.open(person, { reducedMotion: 'reduce', path: path() });
    await page.locator(ready).first().waitFor();
    expect(await findInvisibleFocus(page)).toEqual([]);
  });

  test('the first Tab offers to skip to the content', async () => {
    const page = await stage.open('sofia', { path: '/admin/support-chat' });
    await rowsOf(page).first().waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
  });
});
