import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makePdf, makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { readZip } from '#tests/support/read-zip.ts';
import { sendFile } from '#tests/support/scene.ts';
import { findAxeProblems } from './support/axe.ts';
import { openAsCustomer, openAsStaff, viewerOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('the files of a conversation', () => {
  const stage = useStage();

  async function sendBoth() {
    const anna = await stage.server.as('anna');
    const photo = { name: 'parcel.jpg', type: 'image/jpeg', bytes: await makePhotoJpeg() };
    const { dialogId } = await sendFile(anna, photo);
    await sendFile(anna, { name: 'invoice.pdf', type: 'application/pdf', bytes: makePdf(), dialogId });
    return dialogId;
  }

  test('are shown by kind, open in the viewer and come as one ZIP', async () => {
    const dialogId = await sendBoth();
    const page = await stage.open('sofia');
    await openAsStaff(page, dialogId);
    await page.getByRole('button', { name: 'Files in this conversation' }).click();
    const panel = page.getByRole('dialog', { name: 'Files' });

    await panel.getByRole('button', { name: /^Open photo, .+, from Anna/ }).click();
    await viewerOf(page).getByRole('img', { name: 'parcel.jpg' }).waitFor();
    await page.keyboard.press('Escape');
    await viewerOf(page).waitFor({ state: 'detached' });

    await panel.getByRole('tab', { name: 'Documents' }).click();
    await panel.getByRole('button', { name: /^Open invoice\.pdf/ }).waitFor();
    expect(await findAxeProblems(page)).toEqual([]);

    const coming = page.waitForEvent('download');
    await panel.getByRole('link', { name: 'Download all as ZIP' }).click();
    const zip = readZip(await readFile(await (await coming).path()));
    expect(zip.map(({ name }) => name).sort()).toEqual(['invoice.pdf', 'parcel.jpg']);
  });

  test('are found by name, and the search goes to their message', async () => {
    const dialogId = await sendBoth();
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    await page.keyboard.press('Control+f');
    await page.getByRole('textbox', { name: 'Search in this conversation' }).fill('parcel');
    const hit = page.getByRole('list', { name: 'Found messages' }).getByRole('button');
    await hit.filter({ hasText: 'parcel.jpg' }).click();
    await page
      .locator('[data-found]')
      .getByRole('button', { name: /^Open photo/ })
      .waitFor();
    expect(await hit.count()).toBe(1);
    expect(await findAxeProblems(page)).toEqual([]);
  });

  test('say to the customer who opened them, without a name of the other side', async () => {
    const dialogId = await sendBoth();
    const sofia = await stage.open('sofia');
    await openAsStaff(sofia, dialogId);
    await sofia.evaluate((path) => fetch(path), await addressOfPhoto(dialogId));

    const anna = await stage.open('anna');
    await openAsCustomer(anna, dialogId);
    await anna.getByRole('button', { name: 'Message actions' }).first().click();
    await anna.getByRole('menuitem', { name: 'Who viewed these files' }).click();
    const record = anna.getByRole('dialog', { name: 'Who viewed these files' });
    await record.getByText('Support', { exact: true }).first().waitFor();
    expect(await record.getByText('Sofia').count()).toBe(0);
  });

  async function addressOfPhoto(dialogId: string): Promise<string> {
    const anna = await stage.server.as('anna');
    const { items } = await anna.query<{ items: { url: string }[] }>('supportChat.listAttachments', {
      dialogId,
      kinds: ['image'],
    });
    return items[0]?.url ?? '';
  }
});
