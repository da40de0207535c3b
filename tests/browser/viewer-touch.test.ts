import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { makePdf, makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { sendFile } from '#tests/support/scene.ts';
import { messagesOf, openAsCustomer, viewerOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { boxOf, createFingers, type Fingers } from './support/touch.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describeInBrowser('the viewer under fingers', () => {
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
    const before = await boxOf(picture);
    await pinch(fingers, 30, 120);
    await expect.poll(async () => (await boxOf(picture)).width / before.width).toBeGreaterThan(2.5);
    const enlarged = await boxOf(picture);
    expect(Math.abs(enlarged.centre.x - before.centre.x)).toBeLessThan(30);
    await fingers.drag([right, left]);
    await expect.poll(async () => (await boxOf(picture)).x).toBeLessThan(enlarged.x - 100);
    await viewerOf(page).getByText('1 of 4').waitFor();

    await pinch(fingers, 150, 10);
    await expect.poll(async () => (await boxOf(picture)).width / before.width).toBeLessThan(1.05);
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
