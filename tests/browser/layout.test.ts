import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { SampleChats } from './states/page-state.ts';
import { fieldOf, messagesOf, openAsCustomer } from './support/chat-page.ts';
import { createSampleChats } from './support/sample-chats.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('what changes its size moves nothing else', () => {
  const stage = useStage();
  let chats: SampleChats;
  beforeAll(async () => {
    chats = await createSampleChats(stage.server);
  });

  test('the newest message stays whole while the composer grows with what is written', async () => {
    const page = await stage.open('anna');
    await openAsCustomer(page, chats.annaConversationId);
    const hidden = () =>
      messagesOf(page).evaluate((list) => {
        const bottoms = [...list.querySelectorAll('li')].map((row) => row.getBoundingClientRect().bottom);
        return Math.round(Math.max(...bottoms) - list.getBoundingClientRect().bottom);
      });
    await expect.poll(hidden).toBeLessThanOrEqual(0);
    for (let line = 0; line < 6; line += 1) {
      await fieldOf(page).press('Shift+Enter');
      await fieldOf(page).pressSequentially('More');
    }
    await expect.poll(hidden).toBeLessThanOrEqual(0);
  });

  test('a keyboard that lies over the page covers neither the composer nor the head of the conversation', async () => {
    const page = await stage.open('anna', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await openAsCustomer(page, chats.annaConversationId);
    // As Safari on an iPhone does: what is seen becomes lower, the page stays as it was.
    await page.evaluate(() => {
      Object.defineProperty(window.visualViewport, 'height', { value: 500, configurable: true });
      window.visualViewport?.dispatchEvent(new Event('resize'));
    });
    const bottom = (locator: Locator) => locator.evaluate((element) => element.getBoundingClientRect().bottom);
    await expect.poll(() => bottom(fieldOf(page))).toBeLessThan(500);
    expect(await bottom(page.getByRole('heading', { level: 2 }))).toBeLessThan(60);
    await page.evaluate(() => {
      Reflect.deleteProperty(window.visualViewport ?? {}, 'height');
      window.visualViewport?.dispatchEvent(new Event('resize'));
    });
    await expect.poll(() => bottom(fieldOf(page))).toBeGreaterThan(700);
  });
});
