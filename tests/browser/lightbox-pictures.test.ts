import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, expect, test, vi } from 'vitest';
import { makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { type SentFile, sendFile } from '#tests/support/scene.ts';
import { messagesOf, openAsCustomer, viewerOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

const tall = { width: 1200, height: 16_000 };

/** White, with its last line black on the right half. */
function makeTallPng(): Promise<Buffer> {
  const line = { create: { width: 600, height: 24, channels: 3, background: 'black' } } as const;
  const sheet = sharp({ create: { ...tall, channels: 3, background: 'white' } });
  return sheet
    .composite([{ input: line, left: 600, top: tall.height - 24 }])
    .png()
    .toBuffer();
}

/** A black square on nothing, in the middle. */
function makeInkPng(): Promise<Buffer> {
  const square = { create: { width: 200, height: 200, channels: 4, background: 'black' } } as const;
  const nothing = { r: 0, g: 0, b: 0, alpha: 0 };
  return sharp({ create: { width: 600, height: 600, channels: 4, background: nothing } })
    .composite([{ input: square }])
    .png()
    .toBuffer();
}

describeInBrowser('a picture in the lightbox', () => {
  const stage = useStage({ env: { SUPPORT_CHAT_RENDITION_CONCURRENCY: '1' } });
  let long: SentFile;
  let ink: SentFile;
  beforeAll(async () => {
    const anna = await stage.server.as('anna');
    long = await sendFile(anna, { name: 'long.png', type: 'image/png', bytes: await makeTallPng() });
    const { dialogId } = long;
    ink = await sendFile(anna, { name: 'ink.png', type: 'image/png', bytes: await makeInkPng(), dialogId });
    await sendFile(anna, { name: 'photo.jpg', type: 'image/jpeg', bytes: await makePhotoJpeg(), dialogId });
    const { chatAttachment } = stage.server.database.prisma;
    const isReady = async () => (await chatAttachment.count({ where: { previewState: 'ready' } })) === 3;
    await vi.waitUntil(isReady, { timeout: 60_000, interval: 200 });
  });

  async function openPicture(theme: 'light' | 'dark', place: number, name: string) {
    const page = await stage.open('anna', { theme, reducedMotion: 'reduce' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await openAsCustomer(page, long.dialogId);
    const tiles = messagesOf(page).getByRole('button', { name: /^Open photo/ });
    await tiles.nth(place).click();
    const picture = viewerOf(page).getByRole('img', { name });
    await picture.waitFor();
    await picture.evaluate((image: HTMLImageElement) => image.decode());
    return { page, picture, asked };
  }

  test('asks for no file beside it: only what is looked at counts as opened', async () => {
    const { page, asked } = await openPicture('light', 0, 'long.png');
    const isInk = (url: string) => url.includes(ink.path) && !url.endsWith('variant=thumbnail');
    expect(asked.filter(isInk)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await viewerOf(page).getByRole('img', { name: 'ink.png' }).waitFor();
    await expect.poll(() => asked.filter(isInk).length).toBeGreaterThan(0);
  });

  test.each(['light', 'dark'] as const)('shows black ink on nothing, in the %s theme', async (theme) => {
    const { page, picture } = await openPicture(theme, 1, 'ink.png');
    const box = await picture.boundingBox();
    if (!box) throw new Error('not on the screen');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    expect(await lightnessAt(page, middle)).toBeLessThan(20);
    expect(await lightnessAt(page, { x: box.x + 40, y: middle.y })).toBeGreaterThan(150);
  });
});

/** 0 to 255, over a few pixels of the screen. */
async function lightnessAt(page: Page, { x, y }: { x: number; y: number }): Promise<number> {
  const shot = await page.screenshot({ clip: { x, y, width: 4, height: 4 } });
  const { channels } = await sharp(shot).greyscale().stats();
  return channels[0]?.mean ?? 0;
}
