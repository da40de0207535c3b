import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { findAxeProblems } from './support/axe.ts';
import { bubbleOf, messagesOf, openAsCustomer, openAsStaff, sendText } from './support/chat-page.ts';
import { dayField, fillConversation, type LongConversation, numbered } from './support/long-conversation.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('a conversation of 10,000 messages', () => {
  const stage = useStage();
  let long: LongConversation;
  beforeAll(async () => {
    long = await fillConversation(stage.server, { person: 'boris', count: 10_000 });
    const sofia = await stage.server.as('sofia');
    await sofia.mutate('supportChat.markDialogRead', {
      dialogId: long.dialogId,
      lastReadMessageId: await long.idOf(10_000),
    });
  });

  /** Pages of messages that the page has asked for. */
  function watchPages(page: Page): () => number {
    let count = 0;
    page.on('request', (request) => {
      if (/supportChat\.(userGetMessages|messagesAround)/.test(request.url())) count += 1;
    });
    return () => count;
  }

  const isInView = (page: Page, n: number) =>
    bubbleOf(page, numbered(n)).evaluate((bubble) => {
      const box = bubble.getBoundingClientRect();
      const list = bubble.closest('section')?.getBoundingClientRect();
      return list !== undefined && box.top >= list.top && box.bottom <= list.bottom;
    });

  async function goToDay(page: Page, day: number, opener = page.getByRole('button', { name: 'Go to date' })) {
    await opener.click();
    const dialog = page.getByRole('dialog', { name: 'Go to date' });
    await dialog.getByLabel('Date').fill(dayField(day));
    await dialog.getByRole('button', { name: 'Go', exact: true }).click();
  }

  test('goes to the first message of a day, loading what stands around it and not what lies between', async () => {
    const page = await stage.open('sofia');
    const pages = watchPages(page);
    await openAsStaff(page, long.dialogId);
    await bubbleOf(page, numbered(10_000)).waitFor();
    await goToDay(page, 41);
    await bubbleOf(page, numbered(4001)).waitFor();
    await expect.poll(() => isInView(page, 4001)).toBe(true);
    expect(await messagesOf(page).getByRole('listitem').count()).toBeLessThan(80);
    expect(pages()).toBeLessThan(8);
    expect(await findAxeProblems(page)).toEqual([]);
    // The date between the messages leads to the calendar as well.
    await goToDay(page, 12, messagesOf(page).locator('h3 button').first());
    await expect.poll(() => isInView(page, 1101)).toBe(true);
  });

  test('is read on from there in both directions, page by page, and nothing is missing or twice', async () => {
    const page = await stage.open('sofia');
    await openAsStaff(page, long.dialogId);
    await goToDay(page, 41);
    await bubbleOf(page, numbered(4001)).waitFor();
    await messagesOf(page).hover();
    const seen = new Set<number>();
    const turn = async (pixels: number, until: number) => {
      for (let turns = 0; turns < 60 && !seen.has(until); turns += 1) {
        await page.mouse.wheel(0, pixels);
        // The compositor scrolls on while the page is busy; the next turn waits until this one is drawn.
        await page.evaluate(async () => {
          for (let frame = 0; frame < 4; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
        });
        const texts = await messagesOf(page).getByRole('listitem').allTextContents();
        const numbers = texts.flatMap((text) => [...text.matchAll(/number (\d{4})/g)].map(([, n]) => Number(n)));
        // Rows are drawn in their order, each once.
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const n of numbers) seen.add(n);
      }
      expect([...seen]).toContain(until);
    };
    await turn(500, 4150);
    await turn(-500, 3880);
    const sorted = [...seen].sort((a, b) => a - b);
    expect(sorted).toEqual(sorted.map((_, index) => (sorted[0] ?? 0) + index));
  });

  test('goes to a message that was found, far away, and marks it', async () => {
    const page = await stage.open('sofia');
    const pages = watchPages(page);
    await openAsStaff(page, long.dialogId);
    await page.keyboard.press('Control+f');
    await page.getByRole('textbox', { name: 'Search in this conversation' }).fill(numbered(1234));
    await page.getByRole('list', { name: 'Found messages' }).getByRole('button').click();
    await page.locator('[data-found]').getByText(numbered(1234)).waitFor();
    await expect.poll(() => isInView(page, 1234)).toBe(true);
    expect(pages()).toBeLessThan(8);
  });

  test('goes to its beginning and back to its end', async () => {
    const page = await stage.open('sofia');
    const pages = watchPages(page);
    await openAsStaff(page, long.dialogId);
    await page.getByRole('button', { name: 'Go to date' }).click();
    await page.getByRole('button', { name: 'The beginning' }).click();
    await bubbleOf(page, numbered(1)).waitFor();
    await page.getByRole('button', { name: /^Jump to latest/ }).click();
    await bubbleOf(page, numbered(10_000)).waitFor();
    await expect.poll(() => isInView(page, 10_000)).toBe(true);
    expect(pages()).toBeLessThan(10);
  });

  test('is led to a day on a phone from the search', async () => {
    const page = await stage.open('boris', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await openAsCustomer(page, long.dialogId);
    await page.getByRole('button', { name: 'Search in this conversation' }).tap();
    await goToDay(page, 7);
    await bubbleOf(page, numbered(601)).waitFor();
    await expect.poll(() => isInView(page, 601)).toBe(true);
  });

  test('opens at a message by its link, and a reload stays there', async () => {
    const page = await stage.open('sofia');
    const pages = watchPages(page);
    await page.goto(`/admin/support-chat?dialog=${long.dialogId}&message=${await long.idOf(7000)}`);
    await page.locator('[data-found]').getByText(numbered(7000)).waitFor();
    await expect.poll(() => isInView(page, 7000)).toBe(true);
    expect(pages()).toBeLessThan(6);
    await page.reload();
    await page.locator('[data-found]').getByText(numbered(7000)).waitFor();
  });

  test('says so when the message of a link is gone, and shows the conversation', async () => {
    const page = await stage.open('sofia');
    await page.goto(`/admin/support-chat?dialog=${long.dialogId}&message=00000000-0000-4000-8000-00000000dead`);
    await page.getByText('This message is no longer available.').waitFor();
    await bubbleOf(page, numbered(10_000)).waitFor();
  });

  test('opens at the first unread message however far back it is', async () => {
    const { dialogId, idOf } = await fillConversation(stage.server, { person: 'anna', count: 2000, from: 'STAFF' });
    const anna = await stage.server.as('anna');
    await anna.mutate('supportChat.markDialogRead', { dialogId, lastReadMessageId: await idOf(900) });
    const page = await stage.open('anna');
    const pages = watchPages(page);
    await openAsCustomer(page, dialogId);
    await messagesOf(page).getByText('New messages').waitFor();
    await expect.poll(() => isInView(page, 901)).toBe(true);
    expect(pages()).toBeLessThan(6);
  });

  test('what is said while somebody reads in the middle waits at the end, once, and own words lead there', async () => {
    const { dialogId } = await fillConversation(stage.server, { person: 'boris', count: 600 });
    const page = await stage.open('sofia');
    await openAsStaff(page, dialogId);
    await goToDay(page, 2);
    await bubbleOf(page, numbered(101)).waitFor();
    const boris = await stage.server.as('boris');
    await boris.mutate('supportChat.sendMessage', { dialogId, text: 'Said meanwhile' });
    await page.locator(`[data-dialog-row="${dialogId}"]`).getByText('Said meanwhile').waitFor();
    expect(await bubbleOf(page, 'Said meanwhile').count()).toBe(0);
    await sendText(page, 'My answer');
    await bubbleOf(page, 'My answer').waitFor();
    await bubbleOf(page, 'Said meanwhile').waitFor();
    expect(await bubbleOf(page, 'Said meanwhile').count()).toBe(1);
    expect(await bubbleOf(page, 'My answer').count()).toBe(1);
    await boris.mutate('supportChat.sendMessage', { dialogId, text: 'And this is followed' });
    await bubbleOf(page, 'And this is followed').waitFor();
  });

  test('a day that is gone to before the unread has been found is not left again for the unread', async () => {
    const { dialogId } = await fillConversation(stage.server, { person: 'boris', count: 600 });
    const page = await stage.open('sofia');
    const unread = Promise.withResolvers<void>();
    // The answer to the first question of the page comes after that of the reader's own wish.
    await page.route(/messagesAround/, async (route) => {
      if (decodeURIComponent(route.request().url()).includes('"unread":true')) await unread.promise;
      await route.continue();
    });
    await page.goto(`/admin/support-chat?dialog=${dialogId}`);
    await goToDay(page, 2);
    await bubbleOf(page, numbered(101)).waitFor();
    unread.resolve();
    await page.waitForResponse((response) => decodeURIComponent(response.url()).includes('"unread":true'));
    await expect.poll(() => isInView(page, 101)).toBe(true);
    expect(await bubbleOf(page, numbered(1)).count()).toBe(0);
  });
});
