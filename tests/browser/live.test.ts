import { expect, test } from 'vitest';
import { noisePng, openDialog, sendFile } from '#tests/support/scene.ts';
import { bubbleOf, fieldOf, messagesOf, openAsCustomer, openAsStaff, rowsOf, sendText } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('what the other side does is seen at once', () => {
  const stage = useStage();

  /** Both sides at one dialog of Anna's. */
  async function meet(opening: string) {
    const dialogId = await openDialog(await stage.server.as('anna'), opening);
    const [anna, sofia] = await Promise.all([stage.open('anna'), stage.open('sofia')]);
    await openAsCustomer(anna, dialogId);
    await openAsStaff(sofia, dialogId);
    return { dialogId, anna, sofia };
  }

  const messageWith = (page: Parameters<typeof messagesOf>[0], text: string) =>
    messagesOf(page).getByRole('listitem').filter({ hasText: text });

  test('a message is marked sent, and read once the other side has seen it', async () => {
    const dialogId = await openDialog(await stage.server.as('anna'), 'Did you see this?');
    const anna = await stage.open('anna');
    await openAsCustomer(anna, dialogId);
    const own = messageWith(anna, 'Did you see this?');
    await own.getByText('Sent', { exact: true }).waitFor();
    // The inbox alone shows that there is something, which is not reading it.
    const sofia = await stage.open('sofia', { path: '/admin/support-chat' });
    const row = sofia.locator(`[data-dialog-row="${dialogId}"]`);
    await row.getByText('1 unread message').waitFor();
    expect(await own.getByText('Read', { exact: true }).count()).toBe(0);

    await row.click();
    await own.getByText('Read', { exact: true }).waitFor();
    await row.getByText('1 unread message').waitFor({ state: 'detached' });
  });

  test('an answer to a conversation that is not open marks its row and the tab, until it is opened', async () => {
    const [first, second] = [
      await openDialog(await stage.server.as('boris'), 'First matter'),
      await openDialog(await stage.server.as('boris'), 'Second matter'),
    ];
    const page = await stage.open('boris');
    await openAsCustomer(page, second);
    const sofia = await stage.server.as('sofia');
    await sofia.mutate('supportChat.sendMessage', { dialogId: first, text: 'An answer' });
    await sofia.mutate('supportChat.sendMessage', { dialogId: first, text: 'And one more' });
    const row = page.locator(`[data-dialog-row="${first}"]`);
    await row.getByText('2 unread messages').waitFor();
    await expect.poll(() => rowsOf(page).first().getAttribute('data-dialog-row')).toBe(first);
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    await row.click();
    await bubbleOf(page, 'And one more').waitFor();
    await row.getByText('2 unread messages').waitFor({ state: 'detached' });
    await expect.poll(() => page.title()).not.toMatch(/^\(/);
  });

  test('whether the other side is there stands in the head of the conversation, and follows them', async () => {
    const dialogId = await openDialog(await stage.server.as('boris'), 'Is anybody there?');
    const boris = await stage.open('boris');
    await openAsCustomer(boris, dialogId);
    // Nobody of support has a page open since the test before, or has left it just now.
    await boris.getByText(/^(We'll reply here|Support was last seen just now)$/).waitFor();
    const sofia = await stage.open('sofia');
    await openAsStaff(sofia, dialogId);
    await boris.getByText('Support is online').waitFor();
    await sofia.getByText('Online', { exact: true }).waitFor();
    await boris.context().close();
    await sofia.getByText('Last seen just now').waitFor();
  });

  test('typing is announced to the other side and stops with the message', async () => {
    const { anna, sofia } = await meet('May I ask something?');
    await fieldOf(sofia).pressSequentially('Of cou');
    await anna.getByText('Sofia is typing').waitFor();
    await sendText(sofia, 'Of course');
    await bubbleOf(anna, 'Of course').waitFor();
    await anna.getByText('Sofia is typing').waitFor({ state: 'detached' });
  });

  test('an edited message changes on both sides and says that it was edited', async () => {
    const { anna, sofia } = await meet('Order 20913');
    await messageWith(anna, 'Order 20913').hover();
    await messageWith(anna, 'Order 20913').getByRole('button', { name: 'Message actions' }).click();
    await anna.getByRole('menuitem', { name: 'Edit' }).click();
    await expect.poll(() => fieldOf(anna).inputValue()).toBe('Order 20913');
    await fieldOf(anna).fill('Order 20931');
    await fieldOf(anna).press('Enter');
    for (const page of [anna, sofia]) {
      await messageWith(page, 'Order 20931').getByText('edited').waitFor();
      expect(await bubbleOf(page, 'Order 20913').count()).toBe(0);
    }
    expect(await fieldOf(anna).inputValue()).toBe('');
  });

  test('arrow up edits what was said last, Escape leaves it as it was', async () => {
    const { anna } = await meet('Said last');
    await fieldOf(anna).press('ArrowUp');
    await expect.poll(() => fieldOf(anna).inputValue()).toBe('Said last');
    await fieldOf(anna).press('Escape');
    await expect.poll(() => fieldOf(anna).inputValue()).toBe('');
    expect(await bubbleOf(anna, 'Said last').count()).toBe(1);
  });

  test('a deleted message goes on both sides together with its file', async () => {
    const { dialogId, anna, sofia } = await meet('A wrong file follows');
    const client = await stage.server.as('anna');
    const { path } = await sendFile(client, { bytes: noisePng(2000), name: 'wrong.png', dialogId });
    const photo = /^Open photo/;
    await sofia.getByRole('button', { name: photo }).waitFor();
    const own = messagesOf(anna)
      .getByRole('listitem')
      .filter({ has: anna.getByRole('button', { name: photo }) });
    await own.hover();
    await own.getByRole('button', { name: 'Message actions' }).click();
    await anna.getByRole('menuitem', { name: 'Delete' }).click();
    const question = anna.getByRole('dialog', { name: 'Delete this message?' });
    await question.getByText('along with its file').waitFor();
    await question.getByRole('button', { name: 'Delete' }).click();
    for (const page of [anna, sofia]) {
      await messagesOf(page).getByText('Message deleted').waitFor();
      expect(await page.getByRole('button', { name: photo }).count()).toBe(0);
    }
    expect((await client.fetch(path)).status).toBe(404);
  });

  test("the other side's message offers no editing and no deleting", async () => {
    const { anna, sofia } = await meet('Mine alone');
    await messageWith(sofia, 'Mine alone').hover();
    await messageWith(sofia, 'Mine alone').getByRole('button', { name: 'Message actions' }).click();
    await sofia.getByRole('menuitem', { name: 'Copy text' }).waitFor();
    expect(await sofia.getByRole('menuitem').count()).toBe(1);
    expect(await bubbleOf(anna, 'Mine alone').count()).toBe(1);
  });

  test('eight tabs of one person share one stream: all of them load and hear, also after the tab that had it closed', async () => {
    const anna = await stage.server.as('anna');
    const dialogId = await openDialog(anna, 'In many tabs');
    const first = await stage.open('anna');
    const streams: string[] = [];
    first.context().on('request', (request) => {
      if (request.url().endsWith('/api/support-chat/events')) streams.push(request.url());
    });
    await openAsCustomer(first, dialogId);
    const others = [];
    // More than the six connections that a browser keeps to one server.
    for (let tab = 1; tab < 8; tab += 1) {
      const page = await first.context().newPage();
      await openAsCustomer(page, dialogId);
      others.push(page);
    }
    await anna.mutate('supportChat.sendMessage', { dialogId, text: 'Said in all tabs' });
    for (const page of [first, ...others]) await bubbleOf(page, 'Said in all tabs').waitFor();
    expect(streams).toHaveLength(1);

    await first.close();
    await expect.poll(() => streams.length).toBe(2);
    await anna.mutate('supportChat.sendMessage', { dialogId, text: 'Said after the first has gone' });
    for (const page of others) await bubbleOf(page, 'Said after the first has gone').waitFor();
  });
});
