import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { noisePng, openDialog, sendFile } from '#tests/support/scene.ts';
import { bubbleOf, openAsCustomer, rowsOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

interface Shown {
  title: string;
  body: string | undefined;
  tag: string | undefined;
}

describeInBrowser('notifications of the browser', () => {
  const stage = useStage({ isWhole: true });

  /** The browser's own notifications, written down as they are made. */
  async function openWithNotifications(person: 'anna' | 'sofia', path: string) {
    const page = await stage.open(person, { permissions: ['notifications'] });
    await page.addInitScript(() => {
      const shown: unknown[] = [];
      Reflect.set(window, 'shownNotifications', shown);
      Reflect.set(
        window,
        'Notification',
        class extends Notification {
          constructor(title: string, options?: NotificationOptions) {
            super(title, options);
            shown.push({ title, body: options?.body, tag: options?.tag });
            Reflect.set(window, 'lastNotification', this);
          }
        },
      );
    });
    await page.goto(path);
    return page;
  }

  const shownOn = (page: Page): Promise<Shown[]> => page.evaluate(() => Reflect.get(window, 'shownNotifications'));
  const turnOn = (page: Page) => page.getByRole('button', { name: 'Notify me of new messages' }).click();

  /** Another tab in front. Playwright makes every page believe that it has the focus; this one no longer does. */
  async function lookAway(page: Page) {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
    await (await page.context().newPage()).bringToFront();
    await expect.poll(() => page.evaluate(() => document.hasFocus())).toBe(false);
  }

  test('tell support of a message while the tab is not looked at, one place per dialog, and a click leads there', async () => {
    const anna = await stage.server.as('anna');
    const first = await openDialog(anna, 'Something else');
    const dialogId = await openDialog(anna, 'Hello');
    const page = await openWithNotifications('sofia', `/admin/support-chat?dialog=${first}`);
    await bubbleOf(page, 'Something else').waitFor();
    await turnOn(page);
    await lookAway(page);
    await anna.mutate('supportChat.sendMessage', { dialogId, text: 'Is anybody there?' });
    await expect.poll(() => shownOn(page)).toEqual([{ title: 'Anna', body: 'Is anybody there?', tag: dialogId }]);
    await sendFile(anna, { bytes: noisePng(2000), name: 'photo.png', dialogId });
    await expect
      .poll(async () => (await shownOn(page)).at(-1))
      .toEqual({ title: 'Anna', body: '1 file', tag: dialogId });

    await page.evaluate(() => Reflect.get(window, 'lastNotification').dispatchEvent(new Event('click')));
    await bubbleOf(page, 'Is anybody there?').waitFor();
  });

  test('are not made of what is said before the eyes, of own words, or before they are asked for', async () => {
    const anna = await stage.server.as('anna');
    const dialogId = await openDialog(anna, 'Quiet please');
    const page = await openWithNotifications('sofia', `/admin/support-chat?dialog=${dialogId}`);
    await bubbleOf(page, 'Quiet please').waitFor();
    const say = async (client: typeof anna, text: string) => {
      await client.mutate('supportChat.sendMessage', { dialogId, text });
      await bubbleOf(page, text).waitFor();
    };
    await turnOn(page);
    await say(anna, 'You see this');
    await turnOn(page);
    await lookAway(page);
    await say(anna, 'Not asked for');
    await page.bringToFront();
    await turnOn(page);
    await lookAway(page);
    await say(await stage.server.as('sofia'), 'From my other device');
    expect(await shownOn(page)).toEqual([]);
    await say(anna, 'Now it is told');
    await expect.poll(async () => (await shownOn(page)).length).toBe(1);
  });

  test('tell a customer of an answer', async () => {
    const dialogId = await openDialog(await stage.server.as('anna'), 'I am waiting');
    const page = await openWithNotifications('anna', '/support-chat');
    await openAsCustomer(page, dialogId);
    await turnOn(page);
    await lookAway(page);
    const sofia = await stage.server.as('sofia');
    await sofia.mutate('supportChat.sendMessage', { dialogId, text: 'Here is your answer' });
    await expect.poll(() => shownOn(page)).toEqual([{ title: 'Sofia', body: 'Here is your answer', tag: dialogId }]);
  });

  test("the title of support's tab counts who waits, and no more once they are answered", async () => {
    const page = await stage.open('sofia', { path: '/admin/support-chat' });
    await rowsOf(page).first().waitFor();
    const waiting = async () => Number((await page.title()).match(/^\((\d+)\) /)?.[1] ?? 0);
    const before = await waiting();
    const boris = await stage.server.as('boris');
    const dialogId = await openDialog(boris, 'One more who waits');
    await expect.poll(waiting).toBe(before + 1);
    await (await stage.server.as('sofia')).mutate('supportChat.sendMessage', { dialogId, text: 'Answered' });
    await expect.poll(waiting).toBe(before);
  });
});
