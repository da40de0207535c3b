import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
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

const needsFfmpeg = test.skipIf(!(await hasFfmpeg()));

describeInBrowser('a PDF', () => {
  const stage = useStage();

  async function openPdf(bytes = makePdf(), watch: (page: Page) => void = () => {}) {
    const { dialogId } = await sendFile(await stage.server.as('anna'), {
      ...{ bytes, name: 'invoice.pdf', type: 'application/pdf' },
    });
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

  needsFfmpeg('shows fonts it does not carry, JPEG 2000 and JBIG2, by what this server lends pdf.js', async () => {
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
