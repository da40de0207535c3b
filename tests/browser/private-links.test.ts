import { expect, test } from 'vitest';
import { makePhotoJpeg } from '#tests/fixtures/media/make-media.ts';
import { readMetric, sendFile } from '#tests/support/scene.ts';
import { openAsCustomer, shapeOf, signInByForm } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { watchTraffic } from './support/traffic.ts';

const notModified = 'support_chat_attachment_downloads_total{status="304"}';

describeInBrowser('the address of a file', () => {
  const stage = useStage();

  async function sendPhoto() {
    const bytes = await makePhotoJpeg({ width: 800, height: 600 });
    return sendFile(await stage.server.as('anna'), { bytes, name: 'parcel.jpg', type: 'image/jpeg' });
  }

  test('a picture seen before costs one 304 when the conversation is opened again', async () => {
    const { dialogId, path } = await sendPhoto();
    const page = await stage.open('anna');
    const traffic = await watchTraffic(page);
    await openAsCustomer(page, dialogId);
    const picture = page.getByRole('button', { name: /^Open photo/ }).locator('img');
    await shapeOf(picture);
    await expect.poll(() => traffic.statusesOf(path)).toEqual([200]);

    traffic.forget();
    const before = await readMetric(stage.server.anonymous(), notModified);
    await page.reload();
    await shapeOf(picture);
    await expect.poll(() => traffic.statusesOf(path)).toEqual([304]);
    expect(await readMetric(stage.server.anonymous(), notModified)).toBe(before + 1);
  });

  test("Boris with Anna's link gets 404, and somebody signed out gets 401", async () => {
    const { path } = await sendPhoto();
    const anna = await stage.open('anna');
    expect((await anna.goto(path))?.status()).toBe(200);
    const boris = await stage.open('boris');
    expect((await boris.goto(path))?.status()).toBe(404);
    const nobody = await stage.open(null);
    expect((await nobody.goto(path))?.status()).toBe(401);
  });

  test("Boris at the address of Anna's conversation sees that it is not his, and nothing of it", async () => {
    const { dialogId } = await sendPhoto();
    const boris = await stage.open('boris', { path: `/support-chat?dialog=${dialogId}` });
    await boris.getByRole('heading', { name: 'Conversation not found' }).waitFor();
    expect(await boris.getByRole('main').textContent()).not.toContain('parcel');
  });

  test('after signing out, Back and the same address show nothing any more', async () => {
    const { dialogId, path } = await sendPhoto();
    const page = await stage.open(null);
    await signInByForm(page, 'anna');
    await page.waitForURL('**/support-chat**');
    await openAsCustomer(page, dialogId);
    await shapeOf(page.getByRole('button', { name: /^Open photo/ }).locator('img'));

    await page.getByRole('button', { name: 'Account: Anna' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goBack();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: /^Open photo/ }).count()).toBe(0);
    expect((await page.goto(path))?.status()).toBe(401);
  });
});
