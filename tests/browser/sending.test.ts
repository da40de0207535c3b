import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { noisePng, openDialog } from '#tests/support/scene.ts';
import { bubbleOf, chooseFiles, fieldOf, messagesOf, openAsCustomer, rowsOf, sendText } from './support/chat-page.ts';
import { createAddress, failRequests, holdRequests, loseFirstAnswer, sendAddress } from './support/composer-page.ts';
import { readMessages, readTexts } from './support/messages.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('sending', () => {
  const stage = useStage();

  async function openNewConversation(): Promise<{ page: Page; dialogId: string }> {
    const dialogId = await openDialog(await stage.server.as('anna'), 'Hello');
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    return { page, dialogId };
  }

  test('a failed message stays, says so, and goes when it is tried again', async () => {
    const { page, dialogId } = await openNewConversation();
    const repair = await failRequests(page, sendAddress);
    await sendText(page, 'Is it there?');
    const notice = page.getByRole('alert').filter({ hasText: 'Not sent.' });
    await notice.waitFor();
    expect(await bubbleOf(page, 'Is it there?').count()).toBe(1);
    expect(await readTexts(stage.server, dialogId)).toEqual(['Hello']);

    await repair();
    await notice.getByRole('button', { name: 'Try again' }).click();
    await notice.waitFor({ state: 'detached' });
    await expect.poll(() => readTexts(stage.server, dialogId)).toEqual(['Hello', 'Is it there?']);
    expect(await bubbleOf(page, 'Is it there?').count()).toBe(1);
  });

  test('a failed message can be given up', async () => {
    const { page, dialogId } = await openNewConversation();
    await failRequests(page, sendAddress);
    await sendText(page, 'A mistake');
    await page.getByRole('alert').getByRole('button', { name: 'Remove' }).click();
    await bubbleOf(page, 'A mistake').waitFor({ state: 'detached' });
    await page.reload();
    await bubbleOf(page, 'Hello').waitFor();
    expect(await readTexts(stage.server, dialogId)).toEqual(['Hello']);
  });

  test('without a network a text and a file wait and say so, and go by themselves when it is back', async () => {
    const { page, dialogId } = await openNewConversation();
    await page.context().setOffline(true);
    await page.getByText("You're offline. Messages will be sent when you're back online.").waitFor();
    await chooseFiles(page, { name: 'ticket.png', mimeType: 'image/png', buffer: noisePng(3000) });
    await sendText(page, 'From the train');
    await messagesOf(page).getByText('Waiting for a connection').first().waitFor();
    await sendText(page, 'And a second one');
    await page.context().setOffline(false);
    await expect
      .poll(() => readTexts(stage.server, dialogId), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(['Hello', 'From the train', 'And a second one']));
    const [withFile] = (await readMessages(stage.server, dialogId)).filter(({ text }) => text === 'From the train');
    expect(withFile?.attachments.map(({ name }) => name)).toEqual(['ticket.png']);
    await expect.poll(() => messagesOf(page).getByText('Waiting for a connection').count()).toBe(0);
    expect(await bubbleOf(page, 'From the train').count()).toBe(1);
  });

  test('a message that was not taken survives a reload with its file', async () => {
    const { page, dialogId } = await openNewConversation();
    await failRequests(page, sendAddress);
    await chooseFiles(page, { name: 'ticket.png', mimeType: 'image/png', buffer: noisePng(3000) });
    await sendText(page, 'Before the reload');
    await page.getByRole('alert').filter({ hasText: 'Not sent.' }).waitFor();
    await page.unrouteAll();
    await page.reload();
    await expect
      .poll(() => readTexts(stage.server, dialogId), { timeout: 30_000 })
      .toEqual(['Hello', 'Before the reload']);
    await expect
      .poll(async () => (await readMessages(stage.server, dialogId)).flatMap((m) => m.attachments.map((a) => a.name)))
      .toEqual(['ticket.png']);
  });

  test('what is typed while a message travels is kept', async () => {
    const { page, dialogId } = await openNewConversation();
    const release = await holdRequests(page, sendAddress);
    await sendText(page, 'First');
    expect(await fieldOf(page).inputValue()).toBe('');
    await fieldOf(page).pressSequentially('Second, still being wri');
    await release();
    await messagesOf(page).getByRole('listitem').filter({ hasText: 'First' }).getByText('Sent').waitFor();
    await fieldOf(page).pressSequentially('tten');
    expect(await fieldOf(page).inputValue()).toBe('Second, still being written');
    expect(await readTexts(stage.server, dialogId)).toEqual(['Hello', 'First']);
  });

  test('a draft is there again after another conversation and after a reload', async () => {
    const other = await openDialog(await stage.server.as('anna'), 'Another matter');
    const { page, dialogId } = await openNewConversation();
    await fieldOf(page).fill('Half a thought');
    await page.locator(`[data-dialog-row="${other}"]`).click();
    await bubbleOf(page, 'Another matter').waitFor();
    expect(await fieldOf(page).inputValue()).toBe('');
    await page.locator(`[data-dialog-row="${dialogId}"]`).click();
    await expect.poll(() => fieldOf(page).inputValue()).toBe('Half a thought');
    await page.reload();
    await expect.poll(() => fieldOf(page).inputValue()).toBe('Half a thought');
  });

  test('a message whose answer got lost is not there twice', async () => {
    const { page, dialogId } = await openNewConversation();
    await loseFirstAnswer(page, sendAddress);
    await sendText(page, 'Only once');
    await messagesOf(page).getByRole('listitem').filter({ hasText: 'Only once' }).getByText('Sent').waitFor();
    expect(await bubbleOf(page, 'Only once').count()).toBe(1);
    expect(await readTexts(stage.server, dialogId)).toEqual(['Hello', 'Only once']);
  });

  test('a conversation whose first answer got lost is not begun twice', async () => {
    const page = await stage.open('boris', { path: '/support-chat?dialog=new' });
    await loseFirstAnswer(page, createAddress);
    await sendText(page, 'A new matter');
    await page.waitForURL((url) => url.searchParams.get('dialog') !== 'new' && url.searchParams.has('dialog'));
    await bubbleOf(page, 'A new matter').waitFor();
    expect(await rowsOf(page).count()).toBe(1);
    expect(await stage.server.database.prisma.chatMessage.count({ where: { text: 'A new matter' } })).toBe(1);
  });

  test('Enter pressed twice in haste sends once', async () => {
    const { page, dialogId } = await openNewConversation();
    await fieldOf(page).fill('In haste');
    await fieldOf(page).evaluate((field) => {
      const press = () =>
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      press();
      press();
    });
    await messagesOf(page).getByRole('listitem').filter({ hasText: 'In haste' }).getByText('Sent').waitFor();
    expect(await readTexts(stage.server, dialogId)).toEqual(['Hello', 'In haste']);
  });
});
