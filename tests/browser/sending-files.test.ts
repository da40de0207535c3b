import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { noisePng, openDialog } from '#tests/support/scene.ts';
import { bubbleOf, chooseFiles, fieldOf, messagesOf, openAsCustomer, sendText } from './support/chat-page.ts';
import { readMessages } from './support/messages.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('a message whose files take their time', () => {
  const stage = useStage();

  async function openNewConversation(): Promise<{ page: Page; dialogId: string }> {
    const dialogId = await openDialog(await stage.server.as('anna'), 'Hello');
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    return { page, dialogId };
  }

  /** The conversation that the first message has begun. */
  async function conversationOf(page: Page): Promise<string> {
    await page.waitForURL((url) => /^[\da-f-]{36}$/.test(url.searchParams.get('dialog') ?? ''));
    return new URL(page.url()).searchParams.get('dialog') ?? '';
  }

  /** Uploads that carry one of these words do not get through until released. */
  async function holdUploads(page: Page, word: string): Promise<() => void> {
    const released = Promise.withResolvers<void>();
    await page.route('**/api/support-chat/uploads', async (route) => {
      if (route.request().postDataBuffer()?.includes(word)) await released.promise;
      // One that was given up meanwhile is gone.
      await route.continue().catch(() => undefined);
    });
    return released.resolve;
  }

  const table = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from('1;2\n') });

  const contentOf = async (dialogId: string) =>
    (await readMessages(stage.server, dialogId)).map(({ text, attachments }) => [
      text,
      ...attachments.map(({ name }) => name),
    ]);

  test('a message waits for its last file, says how many are there, and is sent whole', async () => {
    const { page, dialogId } = await openNewConversation();
    const release = await holdUploads(page, 'third.csv');
    await chooseFiles(page, table('first.csv'), table('second.csv'), table('third.csv'));
    await sendText(page, 'Three tables');
    await messagesOf(page).getByText('2 of 3 files uploaded').waitFor();
    await messagesOf(page).getByRole('button', { name: 'Send text now' }).waitFor();
    expect(await contentOf(dialogId)).toEqual([['Hello']]);
    release();
    await expect
      .poll(() => contentOf(dialogId))
      .toEqual([['Hello'], ['Three tables', 'first.csv', 'second.csv', 'third.csv']]);
    await messagesOf(page).getByText('2 of 3 files uploaded').waitFor({ state: 'detached' });
  });

  test('while it waits, a file that is there can be taken out', async () => {
    const { page, dialogId } = await openNewConversation();
    const release = await holdUploads(page, 'third.csv');
    await chooseFiles(page, table('first.csv'), table('second.csv'), table('third.csv'));
    await sendText(page, 'Two tables');
    await messagesOf(page).getByText('2 of 3 files uploaded').waitFor();
    await messagesOf(page).getByRole('button', { name: 'Remove first.csv' }).click();
    await messagesOf(page).getByText('1 of 2 files uploaded').waitFor();
    release();
    await expect.poll(() => contentOf(dialogId)).toEqual([['Hello'], ['Two tables', 'second.csv', 'third.csv']]);
  });

  test('while it waits, its text can be sent at once by hand; the rest of the files follows', async () => {
    const { page, dialogId } = await openNewConversation();
    const release = await holdUploads(page, 'third.csv');
    await chooseFiles(page, table('first.csv'), table('second.csv'), table('third.csv'));
    await sendText(page, 'Three tables');
    await messagesOf(page).getByRole('button', { name: 'Send text now' }).click();
    const first = ['Three tables', 'first.csv', 'second.csv'];
    await expect.poll(() => contentOf(dialogId)).toEqual([['Hello'], first]);
    release();
    await expect.poll(() => contentOf(dialogId)).toEqual([['Hello'], first, [null, 'third.csv']]);
  });

  /** Whether these words, and nothing in their place, were on the screen in each frame since this was asked. */
  async function watchWords(page: Page, words: string): Promise<() => Promise<string[]>> {
    await page.evaluate((wanted) => {
      const missing: string[] = [];
      Object.assign(window, { missing });
      let isSeen = false;
      const look = () => {
        // biome-ignore lint/performance/useDomNodeTextContent: what is not seen does not count
        const list = document.querySelector('main')?.innerText ?? '';
        const isThere = list.includes(wanted);
        if (isSeen && !isThere) missing.push(list);
        isSeen ||= isThere;
        requestAnimationFrame(look);
      };
      look();
    }, words);
    return () => page.evaluate(() => Reflect.get(window, 'missing'));
  }

  test('the first message of a conversation stays on the screen while its conversation is made', async () => {
    const page = await stage.open('anna', { path: '/support-chat?dialog=new' });
    const missing = await watchWords(page, 'My ticket is wrong');
    await chooseFiles(page, { name: 'ticket.png', mimeType: 'image/png', buffer: noisePng(3000) });
    await sendText(page, 'My ticket is wrong');
    const dialogId = await conversationOf(page);
    expect(await contentOf(dialogId)).toEqual([['My ticket is wrong', 'ticket.png']]);
    await messagesOf(page)
      .getByRole('button', { name: /^Open photo/ })
      .waitFor();
    await messagesOf(page).getByText('Sent').waitFor();
    expect(await missing()).toEqual([]);
    expect(await bubbleOf(page, 'My ticket is wrong').count()).toBe(1);
  });

  test('what is written after the first message of a conversation follows it there', async () => {
    const page = await stage.open('anna', { path: '/support-chat?dialog=new' });
    const release = await holdUploads(page, 'slow.csv');
    await chooseFiles(page, table('slow.csv'));
    await sendText(page, 'A table');
    await sendText(page, 'And a word');
    await fieldOf(page).pressSequentially('Half a th');
    release();
    const dialogId = await conversationOf(page);
    await expect.poll(() => contentOf(dialogId)).toEqual([['A table', 'slow.csv'], ['And a word']]);
    await expect.poll(() => fieldOf(page).inputValue()).toBe('Half a th');
  });

  test('the text of a first message begins its conversation by hand, and its file comes there too', async () => {
    const page = await stage.open('anna', { path: '/support-chat?dialog=new' });
    const release = await holdUploads(page, 'late.csv');
    await chooseFiles(page, table('late.csv'));
    await sendText(page, 'A table');
    await page.getByRole('button', { name: 'Send text now' }).click();
    const dialogId = await conversationOf(page);
    expect(await contentOf(dialogId)).toEqual([['A table']]);
    release();
    await expect.poll(() => contentOf(dialogId)).toEqual([['A table'], [null, 'late.csv']]);
  });
});
