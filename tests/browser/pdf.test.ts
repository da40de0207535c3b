import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { buildLockedPdf } from '#tests/fixtures/media/build-locked-pdf.ts';
import { buildPdf } from '#tests/fixtures/media/build-pdf.ts';
import {
  chineseWords,
  foreignAreas,
  foreignPage,
  makeForeignPdf,
  type PdfArea,
} from '#tests/fixtures/media/make-foreign-pdf.ts';
import { hasFfmpeg, makePdf } from '#tests/fixtures/media/make-media.ts';
import { sendFile } from '#tests/support/scene.ts';
import { openAsStaff, viewerOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { boxOf, restingBoxOf } from './support/touch.ts';

const needsFfmpeg = test.skipIf(!(await hasFfmpeg()));

const invoice = (bytes: Buffer) => ({ bytes, name: 'invoice.pdf', type: 'application/pdf' });

describeInBrowser('a PDF', () => {
  // The headless shell does not scroll by a wheel that has just zoomed.
  const stage = useStage({ isWhole: true });

  async function openPdf(bytes = makePdf(), watch: (page: Page) => void = () => {}) {
    const { dialogId } = await sendFile(await stage.server.as('anna'), invoice(bytes));
    const page = await stage.open('sofia');
    watch(page);
    await openAsStaff(page, dialogId);
    await page.getByRole('button', { name: /^Open invoice\.pdf/ }).click();
    return viewerOf(page);
  }

  test('opens in the viewer with its pages drawn and counted', async () => {
    const viewer = await openPdf();
    await viewer.getByText('1 of 2', { exact: true }).waitFor();
    const first = viewer.getByRole('region', { name: 'Page 1' });
    await first.getByText('Invoice NL-20931').waitFor({ state: 'attached' });
    expect(await countColours(first.locator('canvas'))).toBeGreaterThan(20);

    await viewer.getByRole('document').press('End');
    await viewer.getByText('2 of 2', { exact: true }).waitFor();
    expect(await countColours(viewer.getByRole('region', { name: 'Page 2' }).locator('canvas'))).toBeGreaterThan(20);
  });

  test('is searched, each match shown with its place among the others', async () => {
    const viewer = await openPdf();
    await viewer.getByRole('button', { name: 'Search in the document' }).click();
    await viewer.getByRole('textbox', { name: 'Search in the document' }).fill('northlight');
    const found = viewer.getByRole('status');
    await found.getByText(/^1 of \d+$/).waitFor();
    await viewer.page().keyboard.press('Enter');
    await found.getByText(/^2 of \d+$/).waitFor();
    await viewer.getByRole('textbox', { name: 'Search in the document' }).fill('no such words');
    await found.getByText('Nothing found').waitFor();
  });

  test('is enlarged by ctrl and the wheel around the pointer, by + and −, and fitted by 0; the wheel alone scrolls', async () => {
    const viewer = await openPdf();
    const page = viewer.page();
    const first = viewer.getByRole('region', { name: 'Page 1' });
    await first.locator('canvas').waitFor();
    const before = await restingBoxOf(first);
    // Level with the middle: what is narrower than the screen stays centred, wherever the pointer is.
    const at = { x: before.centre.x, y: before.y + 150 };
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down('Control');
    for (let notch = 0; notch < 4; notch += 1) await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await expect.poll(async () => (await boxOf(first)).width / before.width).toBeGreaterThan(2.5);
    const enlarged = await restingBoxOf(first);
    const scale = enlarged.width / before.width;
    expect(Math.abs((at.x - enlarged.x) / scale - before.width / 2)).toBeLessThan(3);
    expect(Math.abs((at.y - enlarged.y) / scale - 150)).toBeLessThan(3);

    // Chromium takes a wheel that turns on at once for a part of what has just zoomed, and drops it.
    const turned = async () => {
      await page.mouse.wheel(0, 200);
      return (await restingBoxOf(first)).y;
    };
    await expect.poll(turned).toBeLessThan(enlarged.y - 150);
    expect((await boxOf(first)).width).toBeCloseTo(enlarged.width, 0);

    await page.keyboard.press('0');
    await expect.poll(async () => (await boxOf(first)).width).toBeCloseTo(before.width, 0);
    await page.keyboard.press('+');
    await expect.poll(async () => (await boxOf(first)).width / before.width).toBeCloseTo(1.5, 1);
    await page.keyboard.press('-');
    await expect.poll(async () => (await boxOf(first)).width).toBeCloseTo(before.width, 0);
  });

  test('holds few pixels however far it is enlarged, and finds words beside the screen', async () => {
    const { dialogId } = await sendFile(await stage.server.as('anna'), invoice(makePdf()));
    const page = await stage.open('sofia', { deviceScaleFactor: 3, viewport: { width: 390, height: 844 } });
    await openAsStaff(page, dialogId);
    await page.getByRole('button', { name: /^Open invoice\.pdf/ }).click();
    const viewer = viewerOf(page);
    const first = viewer.getByRole('region', { name: 'Page 1' });
    await first.locator('canvas').waitFor();
    const fitted = await boxOf(first);
    for (let press = 0; press < 8; press += 1) await page.keyboard.press('+');
    await expect.poll(async () => (await boxOf(first)).width / fitted.width).toBeCloseTo(8, 1);
    await expect.poll(() => first.locator('canvas').count()).toBe(2);
    const pixels = await viewer
      .locator('canvas')
      .evaluateAll((all) => all.map((one) => (one instanceof HTMLCanvasElement ? one.width * one.height : 0)));
    // Safari draws nothing on a larger canvas; four bytes a pixel of all of them stay far below what iOS gives a tab.
    expect(Math.max(...pixels)).toBeLessThan(16_000_000);
    expect(pixels.reduce((sum, count) => sum + count, 0)).toBeLessThan(30_000_000);

    await viewer.getByRole('button', { name: 'Search in the document' }).click();
    await viewer.getByRole('textbox', { name: 'Search in the document' }).fill('delivery');
    await viewer.getByRole('status').getByText(/^1 of/).waitFor();
    const seen = () => page.evaluate(boxOfCurrentMatch);
    await expect.poll(seen).toMatchObject({ isOnScreen: true });
    // In the words that are marked, and as high as they are at this scale.
    const words = await boxOf(first.getByText('Delivery').first());
    const match = await seen();
    expect(match?.top).toBeGreaterThan(words.y - words.height);
    expect(match?.bottom).toBeLessThan(words.y + 2 * words.height);
  });

  test('that is locked asks for its password, once more after a wrong one', async () => {
    const line = { x: 60, y: 700, size: 40, text: 'Under lock and key' };
    const viewer = await openPdf(buildLockedPdf({ lines: [line] }, 'open sesame'));
    const field = viewer.getByLabel('This document is password-protected');
    await field.fill('open barley');
    await field.press('Enter');
    await viewer.getByText("That password didn't work. Try again.").waitFor();
    await field.fill('open sesame');
    await viewer.getByRole('button', { name: 'Open', exact: true }).click();
    const first = viewer.getByRole('region', { name: 'Page 1' });
    await first.getByText('Under lock and key').waitFor({ state: 'attached' });
  });

  test.each([90, 180, 270] as const)(
    'that is turned by %i degrees has its words over their picture',
    async (rotate) => {
      const line = { x: 60, y: 700, size: 40, text: 'Sideways' };
      const viewer = await openPdf(buildPdf([{ lines: [line] }], { rotate }));
      const first = viewer.getByRole('region', { name: 'Page 1' });
      const words = first.getByText('Sideways');
      await words.waitFor({ state: 'attached' });
      const [sheet, box] = [await boxOf(first), await boxOf(words)];
      // The ink is found in the picture itself, as shares of the page.
      await expect.poll(() => inkBoxOf(first.locator('canvas'))).not.toBeNull();
      const ink = await inkBoxOf(first.locator('canvas'));
      if (!ink) throw new Error('nothing is drawn');
      expect(Math.abs((box.centre.x - sheet.x) / sheet.width - ink.x)).toBeLessThan(0.02);
      expect(Math.abs((box.centre.y - sheet.y) / sheet.height - ink.y)).toBeLessThan(0.02);
    },
  );

  needsFfmpeg('shows fonts it does not embed, JPEG 2000 and JBIG2, with files of this server', async () => {
    const answers: { path: string; status: number; cached: string | undefined }[] = [];
    const viewer = await openPdf(await makeForeignPdf(), (page) => {
      page.on('response', async (response) => {
        const path = new URL(response.url()).pathname;
        const cached = response.headers()['cache-control'];
        if (path.startsWith('/pdfjs/')) answers.push({ path, status: response.status(), cached });
      });
    });
    const first = viewer.getByRole('region', { name: 'Page 1' });
    // Read through two character maps: bytes to characters of the font, and those to Unicode.
    await first.getByText(chineseWords).waitFor({ state: 'attached' });
    for (const [name, area] of Object.entries(foreignAreas)) {
      await expect
        .poll(() => inkIn(first.locator('canvas'), area), { message: name, timeout: 15_000 })
        .toBeGreaterThan(0.02);
    }
    const asked = answers.map(({ path }) => path.split('/').slice(3).join('/'));
    expect(asked).toEqual(
      expect.arrayContaining([
        'cmaps/GBK-EUC-H.bcmap',
        'cmaps/Adobe-GB1-UCS2.bcmap',
        'standard_fonts/FoxitDingbats.pfb',
        'wasm/openjpeg.wasm',
        'wasm/jbig2.wasm',
      ]),
    );
    for (const { path, status, cached } of answers) {
      expect({ path, status, cached }).toEqual({ path, status: 200, cached: 'public, max-age=31536000, immutable' });
    }
  });
});

/** Where the match is that the reader has come to, in CSS pixels of the window; null: not marked yet. */
function boxOfCurrentMatch() {
  const mark = document.querySelector('.textLayer .highlight.selected');
  if (!mark) return null;
  const { left, right, top, bottom } = mark.getBoundingClientRect();
  const screen = document.querySelector('[role="document"]')?.getBoundingClientRect() ?? new DOMRect();
  const isOnScreen = left >= screen.left && right <= screen.right && top >= screen.top && bottom <= screen.bottom;
  return { top, bottom, isOnScreen };
}

/** The middle of what is drawn, as shares of the width and the height; null while nothing is. */
function inkBoxOf(canvas: Locator): Promise<{ x: number; y: number } | null> {
  return canvas.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement)) throw new Error('not a canvas');
    const { width, height } = element;
    const pixels = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    const xs: number[] = [];
    const ys: number[] = [];
    for (let at = 0; at < pixels.length; at += 4) {
      if ((pixels[at + 3] ?? 0) === 0 || (pixels[at] ?? 255) > 128) continue;
      xs.push((at / 4) % width);
      ys.push(Math.floor(at / 4 / width));
    }
    const middle = (values: number[]) => {
      const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, 0]);
      return (low + high) / 2;
    };
    return xs.length === 0 ? null : { x: middle(xs) / width, y: middle(ys) / height };
  });
}

/** How much of this part of the page is not white: 0 to 1. */
function inkIn(canvas: Locator, area: PdfArea): Promise<number> {
  return canvas.evaluate(
    (element, { area, page }) => {
      if (!(element instanceof HTMLCanvasElement)) throw new Error('not a canvas');
      const scale = element.width / page.width;
      const top = page.height - area.y - area.height;
      const part = [area.x, top, area.width, area.height].map((points) => Math.round(points * scale));
      const [x = 0, y = 0, width = 1, height = 1] = part;
      const pixels = element.getContext('2d')?.getImageData(x, y, width, height).data ?? new Uint8ClampedArray();
      let inked = 0;
      for (let at = 0; at < pixels.length; at += 4) {
        // An untouched canvas is transparent, not white.
        const isDrawn = (pixels[at + 3] ?? 0) > 0;
        if (isDrawn && Math.min(pixels[at] ?? 255, pixels[at + 1] ?? 255, pixels[at + 2] ?? 255) < 200) inked += 1;
      }
      return inked / (pixels.length / 4);
    },
    { area, page: foreignPage },
  );
}

/** Waits until something is drawn. */
function countColours(canvas: Locator): Promise<number> {
  return canvas.evaluate(
    (element) =>
      new Promise<number>((resolve, reject) => {
        if (!(element instanceof HTMLCanvasElement)) return reject(new Error('not a canvas'));
        const look = () => {
          const context = element.getContext('2d');
          const pixels = context?.getImageData(0, 0, element.width, element.height).data ?? new Uint8ClampedArray();
          const colours = new Set<number>();
          for (let at = 0; at + 2 < pixels.length; at += 4 * 7) {
            colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
          }
          if (colours.size > 1) resolve(colours.size);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}
