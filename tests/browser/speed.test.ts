import { beforeAll, expect, test } from 'vitest';
import { people } from '#tests/support/people.ts';
import { openDialog } from '#tests/support/scene.ts';
import { bubbleOf, messagesOf, openAsCustomer, openAsStaff } from './support/chat-page.ts';
import { onNetwork, slow4G, watchShifts, watchTransfers } from './support/page-metrics.ts';
import { lastWords, sendPictures } from './support/pictures.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describeInBrowser('speed', () => {
  const stage = useStage();
  let albumId: string;
  beforeAll(async () => {
    const anna = await stage.server.as('anna');
    albumId = await openDialog(anna, 'All the pictures');
    await sendPictures(anna, albumId);
  });

  test("the customer's page loads at most 250 KB of script before a file is opened", async () => {
    const page = await stage.open('anna');
    const transfers = await watchTransfers(page);
    await openAsCustomer(page, albumId);
    await page.waitForLoadState('networkidle');
    const bytes = transfers.bytesOf('Script');
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(250 * 1024);
  });

  test.each([
    { on: 'a desktop', options: {} },
    { on: 'a phone', options: phone },
  ])('a conversation of 30 pictures does not move while they load, on $on', async ({ options }) => {
    const page = await stage.open('anna', options);
    const shifts = await watchShifts(page);
    await onNetwork(page, slow4G);
    await openAsCustomer(page, albumId);
    await bubbleOf(page, lastWords).waitFor();
    await page.waitForFunction(() => {
      const pictures = [...document.querySelectorAll('section li img')];
      return (
        pictures.length > 3 && pictures.every((picture) => picture instanceof HTMLImageElement && picture.complete)
      );
    });
    expect(await shifts()).toBeLessThan(0.02);
  });

  test('reading back through 30 pictures, nothing jumps under the eyes', async () => {
    const page = await stage.open('anna');
    await openAsCustomer(page, albumId);
    await bubbleOf(page, lastWords).waitFor();
    const top = () => messagesOf(page).evaluate((list) => list.scrollTop);
    await messagesOf(page).hover();
    const jumps: number[] = [];
    for (let turn = 0; turn < 12 && (await top()) > 0; turn += 1) {
      // Where a row stands before and after a turn of the wheel may differ by the turn alone.
      jumps.push(await jumpOfTurn());
    }
    expect(Math.max(...jumps)).toBeLessThanOrEqual(2);

    async function jumpOfTurn(): Promise<number> {
      const turn = 300;
      const before = await rowPlaces();
      const from = await top();
      await page.mouse.wheel(0, -turn);
      await page.waitForFunction(
        ({ from, turn }) => {
          const list = document.querySelector('section[tabindex="0"]');
          return list !== null && (list.scrollTop !== from || from === 0 || turn === 0);
        },
        { from, turn },
      );
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const after = await rowPlaces();
      const moves = Object.keys(before).flatMap((key) => {
        const [was, is] = [before[key], after[key]];
        return was === undefined || is === undefined ? [] : [is - was];
      });
      const [first = 0] = moves;
      return Math.max(0, ...moves.map((move) => Math.abs(move - first)));
    }

    function rowPlaces(): Promise<Record<string, number>> {
      return messagesOf(page).evaluate((list) =>
        Object.fromEntries(
          [...list.querySelectorAll('li[data-index]')].map((row) => {
            const text = row.textContent ?? '';
            return [`${row.querySelector('img')?.getAttribute('src')} ${text}`, row.getBoundingClientRect().top];
          }),
        ),
      );
    }
  });

  test('a conversation of 10,000 messages opens at the first unread and draws only what is near the screen', async () => {
    const dialogId = await openDialog(await stage.server.as('boris'), 'The first of many');
    await stage.server.database.prisma.chatMessage.createMany({
      data: Array.from({ length: 10_000 }, (_, index) => ({
        dialogId,
        senderType: 'USER' as const,
        senderUserId: people.boris.id,
        text: `Message number ${index + 1}`,
        createdAt: new Date(Date.now() + index),
      })),
    });
    const sofia = await stage.server.as('sofia');
    const { items } = await sofia.query<{ items: { id: string; text: string }[] }>('supportChat.userGetMessages', {
      dialogId,
      limit: 50,
    });
    const lastRead = items.find(({ text }) => text === 'Message number 9970');
    await sofia.mutate('supportChat.markDialogRead', { dialogId, lastReadMessageId: lastRead?.id });

    const page = await stage.open('sofia');
    await openAsStaff(page, dialogId);
    await messagesOf(page).getByText('New messages').waitFor();
    await bubbleOf(page, 'Message number 9971').waitFor();
    expect(await messagesOf(page).getByRole('listitem').count()).toBeLessThan(80);
    await page.getByRole('button', { name: /^Jump to latest/ }).click();
    await bubbleOf(page, 'Message number 10000').waitFor();
    await messagesOf(page).press('Home');
    const oldestDrawn = async () => Number((await messagesOf(page).textContent())?.match(/number (\d{4})/)?.[1]);
    await expect.poll(oldestDrawn).toBeLessThanOrEqual(9951);
    // A page or two come in above, and the reader stays where they are: not page after page to the very beginning.
    await page.waitForTimeout(1500);
    expect(await oldestDrawn()).toBeGreaterThan(9700);
    expect(await messagesOf(page).getByRole('listitem').count()).toBeLessThan(80);
  });
});
