import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { makePdf, makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { sendFile } from '#tests/support/scene.ts';
import { messagesOf, openAsCustomer, viewerOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { boxOf, createFingers, type Fingers, restingBoxOf } from './support/touch.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describeInBrowser('the viewer under fingers and a mouse', () => {
  const stage = useStage();
  let dialogId: string;
  beforeAll(async () => {
    const anna = await stage.server.as('anna');
    const photo = async (name: string) => ({ name, type: 'image/jpeg', bytes: await makePhotoJpeg() });
    dialogId = (await sendFile(anna, await photo('first.jpg'))).dialogId;
    await sendFile(anna, { ...(await photo('second.jpg')), dialogId });
    await sendFile(anna, { name: 'third.pdf', type: 'application/pdf', bytes: makePdf(), dialogId });
    await sendFile(anna, { ...(await photo('fourth.jpg')), dialogId });
  });

  const pictureIn = (page: Page, name: string) => viewerOf(page).getByRole('img', { name });
  const centre = { x: 195, y: 420 };
  const left = { x: 60, y: 430 };
  const right = { x: 330, y: 430 };

  /** Two fingers on a level, each so many pixels from the centre. */
  const pinch = (fingers: Fingers, from: number, to: number) => {
    const beside = (distance: number) => ({ x: centre.x + distance, y: centre.y });
    return fingers.drag([beside(-from), beside(-to)], [beside(from), beside(to)]);
  };

  async function openFirst() {
    const page = await stage.open('anna', phone);
    await openAsCustomer(page, dialogId);
    await messagesOf(page)
      .getByRole('button', { name: /^Open photo/ })
      .first()
      .tap();
    await pictureIn(page, 'first.jpg').waitFor();
    return { page, fingers: await createFingers(page) };
  }

  test('goes to the next file by a swipe to the left, back by one to the right, past a PDF too', async () => {
    const { page, fingers } = await openFirst();
    await fingers.drag([right, left]);
    await pictureIn(page, 'second.jpg').waitFor();
    await fingers.drag([left, right]);
    await pictureIn(page, 'first.jpg').waitFor();
    await fingers.drag([left, right]);
    await viewerOf(page).getByText('1 of 4').waitFor();
    await fingers.drag([right, left]);
    await pictureIn(page, 'second.jpg').waitFor();
    await fingers.drag([right, left]);
    await viewerOf(page).getByText('3 of 4').waitFor();
    await viewerOf(page).locator('canvas').first().waitFor();
    await fingers.drag([right, left]);
    await pictureIn(page, 'fourth.jpg').waitFor();
  });

  test('enlarges by two fingers around the place between them; then a finger moves the picture and turns no page', async () => {
    const { page, fingers } = await openFirst();
    const picture = pictureIn(page, 'first.jpg');
    const before = await restingBoxOf(picture);
    await pinch(fingers, 30, 120);
    await expect.poll(async () => (await boxOf(picture)).width / before.width).toBeGreaterThan(2.5);
    const enlarged = await restingBoxOf(picture);
    expect(Math.abs(enlarged.centre.x - before.centre.x)).toBeLessThan(30);
    await fingers.drag([right, left]);
    await expect.poll(async () => (await boxOf(picture)).x).toBeLessThan(enlarged.x - 100);
    await viewerOf(page).getByText('1 of 4').waitFor();

    await pinch(fingers, 150, 10);
    await expect.poll(async () => (await boxOf(picture)).width / before.width).toBeLessThan(1.05);
  });

  describe('in a PDF', () => {
    async function openPdf() {
      const page = await stage.open('anna', { ...phone, deviceScaleFactor: 3 });
      await openAsCustomer(page, dialogId);
      await messagesOf(page)
        .getByRole('button', { name: /third\.pdf/ })
        .tap();
      const first = viewerOf(page).getByRole('region', { name: 'Page 1' });
      const words = first.getByText('Invoice NL-20931');
      await words.waitFor({ state: 'attached' });
      await expect.poll(() => densityOf(first)).toBeGreaterThan(2.9);
      return { page, first, words, fingers: await createFingers(page) };
    }

    test('two fingers enlarge around the place between them, sharply; then one moves the page and turns no file', async () => {
      const { page, first, words, fingers } = await openPdf();
      const [before, wordsBefore] = [await restingBoxOf(first), await boxOf(words)];
      await pinch(fingers, 30, 120);
      await expect.poll(async () => (await boxOf(first)).width / before.width).toBeGreaterThan(3);
      // The last small drawing stays until the sharp one is whole.
      await expect.poll(() => densityOf(first)).toBeGreaterThan(2.9);
      const [after, wordsAfter] = [await restingBoxOf(first), await boxOf(words)];
      const scale = after.width / before.width;
      expect((centre.y - after.y) / scale).toBeCloseTo(centre.y - before.y, -0.5);
      expect((centre.x - after.x) / scale).toBeCloseTo(centre.x - before.x, -0.5);
      expect((wordsAfter.x - after.x) / scale).toBeCloseTo(wordsBefore.x - before.x, 0);
      expect((wordsAfter.y - after.y) / scale).toBeCloseTo(wordsBefore.y - before.y, 0);
      expect(wordsAfter.width / scale).toBeCloseTo(wordsBefore.width, -0.5);

      await fingers.drag([right, left]);
      await expect.poll(async () => (await boxOf(first)).x).toBeLessThan(after.x - 100);
      await viewerOf(page).getByText('3 of 4').waitFor();

      await pinch(fingers, 160, 10);
      await expect.poll(async () => (await boxOf(first)).width).toBeCloseTo(before.width, 0);
      // Laid out anew a moment after the fingers rest; until then a finger scrolls. (The button is for wider screens.)
      const zoomOut = viewerOf(page).getByRole('button', { name: 'Zoom out', includeHidden: true });
      await expect.poll(() => zoomOut.isDisabled()).toBe(true);
      await fingers.drag([left, right]);
      await pictureIn(page, 'second.jpg').waitFor();
    });

    test('a double tap enlarges around the finger, another fits the page again', async () => {
      const { first, fingers } = await openPdf();
      const before = await restingBoxOf(first);
      const at = { x: 300, y: 300 };
      await fingers.doubleTap(at);
      await expect.poll(async () => (await boxOf(first)).width / before.width).toBeGreaterThan(2);
      const after = await restingBoxOf(first);
      expect(((at.x - after.x) / after.width) * before.width).toBeCloseTo(at.x - before.x, -0.5);
      // While the large page is being drawn, two taps reach it too far apart to be a double one.
      await expect.poll(() => densityOf(first)).toBeGreaterThan(2.9);
      await fingers.doubleTap(at);
      await expect.poll(async () => (await boxOf(first)).width).toBeCloseTo(before.width, 0);
    });

    test('a finger that moves upwards scrolls to the next page', async () => {
      const { page, fingers } = await openPdf();
      const up = () =>
        fingers.drag([
          { x: 195, y: 700 },
          { x: 195, y: 250 },
        ]);
      await up();
      await up();
      await viewerOf(page).getByText('2 of 2', { exact: true }).waitFor();
      await viewerOf(page).getByText('3 of 4').waitFor();
    });
  });

  test('is enlarged by a click and moved by arrows, which turn pages while it fits; a click beside it closes', async () => {
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    await messagesOf(page)
      .getByRole('button', { name: /^Open photo/ })
      .first()
      .click();
    const picture = pictureIn(page, 'first.jpg');
    await picture.waitFor();
    const before = await restingBoxOf(picture);
    await page.mouse.click(before.centre.x + 100, before.centre.y);
    await expect.poll(async () => (await boxOf(picture)).width / before.width).toBeCloseTo(2.5, 1);
    const enlarged = await restingBoxOf(picture);
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => (await boxOf(picture)).x).toBeCloseTo(enlarged.x - 80, 0);
    await page.keyboard.press('0');
    await expect.poll(async () => (await boxOf(picture)).width).toBeCloseTo(before.width, 0);
    await page.keyboard.press('ArrowRight');
    await pictureIn(page, 'second.jpg').waitFor();

    const shown = await restingBoxOf(pictureIn(page, 'second.jpg'));
    await page.mouse.click(shown.x - 10, shown.centre.y + 150);
    await viewerOf(page).waitFor({ state: 'detached' });
  });

  test('closes by Back and stays in the conversation', async () => {
    const { page } = await openFirst();
    const address = page.url();
    await page.goBack();
    await viewerOf(page).waitFor({ state: 'detached' });
    expect(page.url()).toBe(address);
    await messagesOf(page).waitFor();
  });

  test('closes by a swipe down', async () => {
    const { page, fingers } = await openFirst();
    await fingers.drag([
      { x: 195, y: 250 },
      { x: 200, y: 600 },
    ]);
    await viewerOf(page).waitFor({ state: 'detached' });
  });
});

/** Pixels drawn for one CSS pixel in the middle of the screen; 0 while nothing is drawn there. */
function densityOf(page: Locator): Promise<number> {
  return page.evaluate((element) => {
    const isThere = (box: DOMRect) =>
      box.left <= innerWidth / 2 &&
      box.right >= innerWidth / 2 &&
      box.top <= innerHeight / 2 &&
      box.bottom >= innerHeight / 2;
    const densities = [...element.querySelectorAll('canvas')].map((canvas) => {
      const box = canvas.getBoundingClientRect();
      return isThere(box) ? canvas.width / box.width : 0;
    });
    return Math.max(0, ...densities);
  });
}
