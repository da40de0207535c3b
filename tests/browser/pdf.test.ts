import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { makePdf } from '#tests/fixtures/media/make-media.ts';
import { sendFile } from '#tests/support/scene.ts';
import { openAsStaff, viewerOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('a PDF', () => {
  const stage = useStage();

  async function openInvoice() {
    const file = { bytes: makePdf(), name: 'invoice.pdf', type: 'application/pdf' };
    const { dialogId } = await sendFile(await stage.server.as('anna'), file);
    const page = await stage.open('sofia');
    await openAsStaff(page, dialogId);
    await page.getByRole('button', { name: /^Open invoice\.pdf/ }).click();
    return viewerOf(page);
  }

  test('opens in the viewer with its pages drawn and counted', async () => {
    const viewer = await openInvoice();
    await viewer.getByText('1 of 2', { exact: true }).waitFor();
    const first = viewer.getByRole('region', { name: 'Page 1' });
    await first.getByText('Invoice NL-20931').waitFor({ state: 'attached' });
    expect(await countColours(first.locator('canvas'))).toBeGreaterThan(20);

    await viewer.getByRole('document').press('End');
    await viewer.getByText('2 of 2', { exact: true }).waitFor();
    expect(await countColours(viewer.getByRole('region', { name: 'Page 2' }).locator('canvas'))).toBeGreaterThan(20);
  });

  test('is searched, each match shown with its place among the others', async () => {
    const viewer = await openInvoice();
    await viewer.getByRole('button', { name: 'Search in the document' }).click();
    await viewer.getByRole('textbox', { name: 'Search in the document' }).fill('northlight');
    const found = viewer.getByRole('status');
    await found.getByText(/^1 of \d+$/).waitFor();
    await viewer.page().keyboard.press('Enter');
    await found.getByText(/^2 of \d+$/).waitFor();
    await viewer.getByRole('textbox', { name: 'Search in the document' }).fill('no such words');
    await found.getByText('Nothing found').waitFor();
  });
});

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
