import { beforeAll, expect, test, vi } from 'vitest';
import { openDialog } from '#tests/support/scene.ts';
import { bubbleOf, chooseFiles, fieldOf, openAsCustomer } from './support/chat-page.ts';
import { asMidPhone, watchInputDelays, watchReadable, watchShifts, watchTransfers } from './support/page-metrics.ts';
import { lastWords, sendPictures } from './support/pictures.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

describeInBrowser('on a middling phone with a poor line', () => {
  const stage = useStage({ env: { SUPPORT_CHAT_RENDITION_CONCURRENCY: '2' } });
  let albumId: string;
  beforeAll(async () => {
    const anna = await stage.server.as('anna');
    albumId = await openDialog(anna, 'All the pictures');
    await sendPictures(anna, albumId);
    await vi.waitUntil(
      async () =>
        (await stage.server.database.prisma.chatAttachment.count({ where: { previewState: 'ready' } })) === 30,
      { timeout: 90_000, interval: 500 },
    );
    // The first request of a server loads the page's code.
    await anna.fetch(`/support-chat?dialog=${albumId}`);
  }, 150_000);

  test('a conversation of 30 pictures can be read within 2.5 seconds, and nothing moves', async () => {
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      // A browser that was never here: nothing in its cache.
      const page = await stage.open('anna', phone);
      await asMidPhone(page);
      const transfers = await watchTransfers(page);
      const shifts = await watchShifts(page);
      const readable = await watchReadable(page, lastWords);
      await openAsCustomer(page, albumId);
      await bubbleOf(page, lastWords).waitFor();
      times.push(await readable());
      await page.waitForFunction(() => {
        const pictures = [...document.querySelectorAll('section li img')];
        return (
          pictures.length > 3 && pictures.every((picture) => picture instanceof HTMLImageElement && picture.complete)
        );
      });
      expect(await shifts()).toBeLessThan(0.02);
      expect(transfers.bytesOf('Script')).toBeLessThanOrEqual(250 * 1024);
      await page.close();
    }
    // The best of three: this machine does other things too, and each visit waits for all of them.
    expect(Math.min(...times)).toBeLessThan(2500);
  });

  test('what the server drew is not touched by the scripts, and gives way to the conversation with its times', async () => {
    const page = await stage.open('anna', { ...phone, javaScriptEnabled: false });
    await page.goto(`/support-chat?dialog=${albumId}`);
    const still = page.locator('[inert]', { hasText: lastWords });
    await still.waitFor();
    expect(await still.locator('img').count()).toBe(0);
    expect(await still.locator('time').first().isVisible()).toBe(false);

    const awake = await stage.open('anna', phone);
    await openAsCustomer(awake, albumId);
    await bubbleOf(awake, lastWords).waitFor();
    expect(await awake.locator('[inert]', { hasText: lastWords }).count()).toBe(0);
    expect(await awake.getByRole('region', { name: 'Messages' }).locator('time').last().isVisible()).toBe(true);
  });

  test('what the server draws is for those who may read it, and is kept nowhere', async () => {
    const path = `/support-chat?dialog=${albumId}`;
    const own = await (await stage.server.as('anna')).fetch(path);
    expect(own.headers.get('cache-control')).toContain('no-store');
    expect(await own.text()).toContain(lastWords);
    const foreign = await (await stage.server.as('boris')).fetch(path);
    expect(foreign.status).toBe(200);
    expect(await foreign.text()).not.toContain(lastWords);
  });

  test('a key waits less than 100 ms for the page while three files travel', async () => {
    const dialogId = await openDialog(await stage.server.as('anna'), 'Three large files');
    const page = await stage.open('anna', phone);
    await openAsCustomer(page, dialogId);
    await asMidPhone(page);
    const file = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.alloc(4_000_000, '1;2;3;4;5\n') });
    await chooseFiles(page, file('one.csv'), file('two.csv'), file('three.csv'));
    await page
      .getByText(/ of 3\.8 MB/)
      .first()
      .waitFor();
    const delays = await watchInputDelays(page);
    await fieldOf(page).pressSequentially('All of this is typed while they travel', { delay: 60 });
    const sorted = (await delays.read()).sort((a, b) => a - b);
    expect(sorted.length).toBeGreaterThan(30);
    // Three of four, as web vitals count: this machine does other things too.
    expect(sorted[Math.floor(sorted.length * 0.75)]).toBeLessThan(100);
  });
});
