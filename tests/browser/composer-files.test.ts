import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { makePdf, makePhotoJpeg, makeScreenshotPng } from '#tests/fixtures/media/make-media.ts';
import { noisePng, openDialog } from '#tests/support/scene.ts';
import {
  chooseFiles,
  type FilePayload,
  fieldOf,
  messagesOf,
  openAsCustomer,
  sendButtonOf,
  sendText,
  shapeOf,
  trayOf,
} from './support/chat-page.ts';
import { dragOver, dropFiles, pasteFiles, pasteWithForms, slowDown } from './support/composer-page.ts';
import { readMessages, readTexts } from './support/messages.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { watchTraffic } from './support/traffic.ts';

const uploads = '/api/support-chat/uploads';
const png = (name: string, sizeBytes: number): FilePayload => ({
  name,
  mimeType: 'image/png',
  buffer: noisePng(sizeBytes),
});
/** Documents leave at once; pictures wait for Send, as they may still be painted over. */
const table = (name: string): FilePayload => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.alloc(300_000, '1;2;3;4;5\n'),
});
const program = Buffer.concat([Buffer.from('MZ\x90\x00\x03', 'latin1'), Buffer.alloc(2000, 7)]);
const pdf: FilePayload = { name: 'invoice.pdf', mimeType: 'application/pdf', buffer: makePdf() };

describeInBrowser('files in the composer', () => {
  const stage = useStage({
    env: { SUPPORT_CHAT_ATTACHMENT_MAX_BYTES: String(1024 * 1024), SUPPORT_CHAT_ATTACHMENTS_PER_MESSAGE: '4' },
  });

  async function openNewConversation(): Promise<{ page: Page; dialogId: string }> {
    const dialogId = await openDialog(await stage.server.as('anna'));
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    return { page, dialogId };
  }

  const sentFiles = async (dialogId: string) =>
    (await readMessages(stage.server, dialogId)).flatMap(({ attachments }) => attachments.map(({ name }) => name));

  const countRows = (originalName: string) =>
    stage.server.database.prisma.chatAttachment.count({ where: { originalName } });

  test('a pasted screenshot is attached under a name of its own and sent with the text', async () => {
    const { page, dialogId } = await openNewConversation();
    const shot = { name: 'image.png', mimeType: 'image/png', buffer: await makeScreenshotPng() };
    await pasteFiles(fieldOf(page), shot);
    await trayOf(page)
      .getByText(/^\d{4}-\d\d-\d\d /)
      .waitFor();
    await sendText(page, 'See the error');
    await shapeOf(page.getByRole('button', { name: /^Open photo/ }).locator('img'));
    await expect
      .poll(() => sentFiles(dialogId))
      .toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.png$/)]);
  });

  test('files dropped anywhere on the conversation are attached, and the page says so before', async () => {
    const { page, dialogId } = await openNewConversation();
    const photo = {
      name: 'parcel.jpg',
      mimeType: 'image/jpeg',
      buffer: await makePhotoJpeg({ width: 400, height: 300 }),
    };
    await dragOver(messagesOf(page), photo, pdf);
    await page.getByText('Drop files to attach them').waitFor();
    await dropFiles(messagesOf(page), photo, pdf);
    await page.getByText('Drop files to attach them').waitFor({ state: 'detached' });
    expect(await trayOf(page).getByRole('listitem').count()).toBe(2);
    await sendButtonOf(page).click();
    await expect.poll(() => sentFiles(dialogId), { timeout: 20_000 }).toEqual(['parcel.jpg', 'invoice.pdf']);
  });

  test('a picture copied from a web page is attached; the picture that comes with copied words is not', async () => {
    const { page } = await openNewConversation();
    const shot = png('image.png', 3000);
    const words = { 'text/html': '<p>Sum: 12</p>', 'text/plain': 'Sum: 12' };
    await pasteWithForms(fieldOf(page), shot, words);
    await pasteWithForms(fieldOf(page), shot, { 'text/html': '<img src="https://shop.example/a.png">' });
    await trayOf(page).getByRole('listitem').first().waitFor();
    expect(await trayOf(page).getByRole('listitem').count()).toBe(1);
  });

  test('a file dropped or pasted beside the conversation is attached as well, and never takes the page away', async () => {
    const { page } = await openNewConversation();
    const list = page.getByRole('region', { name: 'Conversations' });
    await dropFiles(list, pdf);
    await pasteFiles(page.locator('body'), table('orders.csv'));
    await expect.poll(() => trayOf(page).getByRole('listitem').count()).toBe(2);
    // Where no conversation is open there is nothing to attach to, and nothing may happen.
    const sofia = await stage.open('sofia', { path: '/admin/support-chat' });
    await sofia.getByRole('heading', { name: 'Choose a conversation' }).waitFor();
    const isRefused = () =>
      sofia.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'a.txt'));
        return !document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      });
    // The heading is there before the scripts are.
    await expect.poll(isRefused).toBe(true);
  });

  test('several files travel with their own progress while the text is written; one taken back never arrives', async () => {
    const { page, dialogId } = await openNewConversation();
    await slowDown(page, 60_000);
    await chooseFiles(page, table('one.csv'), table('two.csv'), table('three.csv'));
    const item = (name: string) => trayOf(page).getByRole('listitem').filter({ hasText: name });
    for (const name of ['one', 'two', 'three'])
      await item(name)
        .getByText(/^\d.* of 293 kB/)
        .waitFor();
    await page.getByRole('button', { name: 'Cancel two.csv' }).click();
    await item('two').waitFor({ state: 'detached' });
    await slowDown(page, null);
    await sendText(page, 'Two tables');
    await expect.poll(() => sentFiles(dialogId), { timeout: 30_000 }).toEqual(['one.csv', 'three.csv']);
    expect(await countRows('two.csv')).toBe(0);
  });

  test('pictures travel with the message, each with its progress; a later text overtakes them, one taken back stays out', async () => {
    const { page, dialogId } = await openNewConversation();
    await chooseFiles(page, png('one.png', 300_000), png('two.png', 300_000), png('three.png', 300_000));
    await slowDown(page, 60_000);
    await sendButtonOf(page).click();
    await messagesOf(page).getByText('0 of 3 files uploaded').waitFor();
    await messagesOf(page)
      .getByText(/^\d.* of 293 kB/)
      .first()
      .waitFor();
    await messagesOf(page).getByRole('button', { name: 'Cancel two.png' }).click();
    await sendText(page, 'They are on their way');
    await expect.poll(() => readTexts(stage.server, dialogId)).toContain('They are on their way');
    expect(await sentFiles(dialogId)).toEqual([]);
    await slowDown(page, null);
    await expect.poll(() => sentFiles(dialogId), { timeout: 30_000 }).toEqual(['one.png', 'three.png']);
    expect(await countRows('two.png')).toBe(0);
  });

  test('a file over the limit is refused in words before a byte of it leaves', async () => {
    const { page } = await openNewConversation();
    const traffic = await watchTraffic(page);
    await chooseFiles(page, png('poster.png', 1024 * 1024 + 1));
    await page.getByRole('alert').getByText('poster.png — over the 1 MB limit per file').waitFor();
    expect(await trayOf(page).count()).toBe(0);
    expect(await sendButtonOf(page).isDisabled()).toBe(true);
    expect(traffic.of(uploads)).toEqual([]);
  });

  test('a type that is not accepted is refused in words that name the refused ones, before a byte leaves', async () => {
    const { page } = await openNewConversation();
    const traffic = await watchTraffic(page);
    const setup = { name: 'setup.exe', mimeType: 'application/x-msdownload', buffer: program };
    await chooseFiles(page, setup, pdf);
    await page
      .getByRole('alert')
      .getByText(/^setup\.exe — we don't accept this type of file\. You can send: any file but programs/)
      .waitFor();
    expect(await trayOf(page).getByRole('listitem').count()).toBe(1);
    await expect.poll(() => traffic.statusesOf(uploads)).toEqual([201]);
  });

  test('a program that calls itself a document is refused by the server, in words, without a second try', async () => {
    const { page, dialogId } = await openNewConversation();
    await chooseFiles(page, { name: 'report.pdf', mimeType: 'application/pdf', buffer: program });
    const item = trayOf(page).getByRole('listitem');
    await item.getByText(/^We don't accept this type of file\. You can send: any file but programs/).waitFor();
    expect(await item.getByRole('button', { name: /^Try/ }).count()).toBe(0);
    await item.getByRole('button', { name: 'Remove report.pdf' }).click();
    await sendText(page, 'Never mind');
    await messagesOf(page).getByText('Never mind').waitFor();
    expect(await sentFiles(dialogId)).toEqual([]);
  });

  test('a program that calls itself a picture holds its message back, which says why and can be given up', async () => {
    const { page, dialogId } = await openNewConversation();
    await chooseFiles(page, { name: 'photo.png', mimeType: 'image/png', buffer: program });
    await sendText(page, 'Look at this');
    const notice = messagesOf(page).getByRole('alert');
    await notice
      .getByText(/^Not sent\. We don't accept this type of file\. You can send: any file but programs/)
      .waitFor();
    expect(await notice.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await notice.getByRole('button', { name: 'Remove' }).click();
    await messagesOf(page).getByText('Look at this').waitFor({ state: 'detached' });
    expect(await readTexts(stage.server, dialogId)).toEqual(['Hello']);
  });

  test('more files than a message holds are refused one by one, the rest stay', async () => {
    const { page } = await openNewConversation();
    await chooseFiles(page, ...[1, 2, 3, 4, 5].map((number) => png(`page-${number}.png`, 2000)));
    await page
      .getByRole('alert')
      .getByText(/^page-5\.png — up to 4 files per message/)
      .waitFor();
    expect(await trayOf(page).getByRole('listitem').count()).toBe(4);
  });

  test('the limits stand beside the field before anything is chosen', async () => {
    const { page } = await openNewConversation();
    await page.getByText(/^Up to 4 files, 1 MB each/).waitFor();
    const described = await fieldOf(page).getAttribute('aria-describedby');
    expect(await page.locator(`[id="${described}"]`).textContent()).toContain(
      'Allowed: any file but programs, scripts and web pages',
    );
  });

  test('a photo that says where it was taken is announced as such, and arrives without the place', async () => {
    const { page, dialogId } = await openNewConversation();
    const photo = await makePhotoJpeg({ width: 400, height: 300 });
    await chooseFiles(page, { name: 'trip.jpg', mimeType: 'image/jpeg', buffer: photo });
    await trayOf(page).getByText("This photo contains its location. We'll remove it before sending.").waitFor();
    await sendButtonOf(page).click();
    await expect.poll(() => sentFiles(dialogId), { timeout: 20_000 }).toEqual(['trip.jpg']);
    const [sent] = (await readMessages(stage.server, dialogId)).flatMap(({ attachments }) => attachments);
    const stored = await (await stage.server.as('sofia')).fetch(sent?.url ?? '');
    expect(Buffer.from(await stored.arrayBuffer()).includes('GPS')).toBe(false);
  });
});
