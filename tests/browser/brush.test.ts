import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { openDialog } from '#tests/support/scene.ts';
import { bubbleOf, chooseFiles, openAsCustomer, sendText, trayOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { boxOf } from './support/touch.ts';

describeInBrowser('what is blacked out', () => {
  const stage = useStage();
  let dialogId: string;
  beforeAll(async () => {
    dialogId = await openDialog(await stage.server.as('anna'), 'A letter');
  });

  const white = () =>
    sharp({ create: { width: 600, height: 400, channels: 3, background: 'white' } })
      .png()
      .toBuffer();

  /** Chooses a white picture, paints on it, sends it, and reads the middle of what has reached the server. */
  async function sendPainted(name: string, paintOn: (canvas: Locator) => Promise<void>): Promise<number[]> {
    const anna = await stage.server.as('anna');
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    await chooseFiles(page, { name, mimeType: 'image/png', buffer: await white() });
    await trayOf(page)
      .getByRole('button', { name: /^Redact/ })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Redact' });
    const canvas = dialog.getByLabel('Picture to paint on');
    await expect.poll(async () => (await boxOf(canvas)).width).toBeGreaterThan(100);
    await paintOn(canvas);
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.waitFor({ state: 'detached' });
    await sendText(page, `Here is ${name}`);
    await bubbleOf(page, `Here is ${name}`).waitFor();
    const urlOf = async () => {
      const { items }: { items: { attachments: { name: string; url: string }[] }[] } = await anna.query(
        'supportChat.userGetMessages',
        { dialogId },
      );
      return items.flatMap(({ attachments }) => attachments).find((file) => file.name === name)?.url ?? '';
    };
    await expect.poll(urlOf).not.toBe('');
    const answer = await fetch(stage.url + (await urlOf()), { headers: { cookie: anna.cookie ?? '' } });
    const picture = sharp(Buffer.from(await answer.arrayBuffer())).removeAlpha();
    return [...(await picture.extract({ left: 300, top: 200, width: 1, height: 1 }).raw().toBuffer())];
  }

  test('by a finger or a mouse is black in the file that reaches the server', async () => {
    const middle = await sendPainted('mouse.png', async (canvas) => {
      const { centre } = await boxOf(canvas);
      const { mouse } = canvas.page();
      await mouse.move(centre.x - 40, centre.y);
      await mouse.down();
      await mouse.move(centre.x + 40, centre.y, { steps: 5 });
      await mouse.up();
      // The ring shows where the keyboard holds the brush; the pointer shows itself.
      expect(await canvas.page().locator('[data-brush]').count()).toBe(0);
    });
    expect(middle).toEqual([0, 0, 0]);
  });

  test('by the keyboard alone is black there too', async () => {
    const middle = await sendPainted('keys.png', async (canvas) => {
      await canvas.focus();
      for (const key of ['ArrowLeft', 'ArrowLeft', ' ', 'ArrowRight', 'ArrowRight', 'ArrowRight', ' ']) {
        await canvas.page().keyboard.press(key);
      }
      expect(await canvas.page().locator('[data-brush]').count()).toBe(1);
    });
    expect(middle).toEqual([0, 0, 0]);
  });
});
