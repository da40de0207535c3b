import { expect, test } from 'vitest';
import { openDialog } from '#tests/support/scene.ts';
import { messagesOf, openAsStaff, rowsOf } from './support/chat-page.ts';
import { fillConversation } from './support/long-conversation.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('the filters of the inbox', () => {
  const stage = useStage();

  test('“All” has every dialog, closed ones and those closed without an answer', async () => {
    const { server } = stage;
    const [anna, boris, sofia] = [await server.as('anna'), await server.as('boris'), await server.as('sofia')];
    const waiting = await openDialog(boris, 'Still waiting');
    const unanswered = await openDialog(anna, 'Closed without a word');
    const answered = await openDialog(anna, 'Answered, then closed');
    await sofia.mutate('supportChat.sendMessage', { dialogId: answered, text: 'Done' });
    for (const dialogId of [unanswered, answered]) await sofia.mutate('supportChat.closeDialog', { dialogId });
    const page = await stage.open('sofia', { path: '/admin/support-chat' });
    const shown = () =>
      rowsOf(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-dialog-row')).sort());

    await expect.poll(shown).toEqual([waiting]);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await expect.poll(shown).toEqual([waiting, unanswered, answered].sort());
    await page.getByRole('button', { name: 'Closed', exact: true }).click();
    await expect.poll(shown).toEqual([unanswered, answered].sort());

    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('textbox', { name: 'Search conversations' }).fill('closed');
    await expect.poll(shown).toEqual([unanswered, answered].sort());
    const pressed = page.getByRole('button', { name: 'All', exact: true });
    expect(await pressed.getAttribute('aria-pressed')).toBe('true');
  });

  test('a dialog opened by a link, in no loaded list, says whose it is and can be closed and opened', async () => {
    for (let n = 0; n < 45; n += 1) {
      const { dialogId } = await fillConversation(stage.server, { person: 'anna', count: 1, from: 'STAFF' });
      if (n === 0)
        await stage.server.database.prisma.chatDialog.update({
          where: { id: dialogId },
          data: { topic: 'The oldest', lastMessageAt: new Date(Date.UTC(2020, 0, 1)) },
        });
    }
    const { id } = await stage.server.database.prisma.chatDialog.findFirstOrThrow({ where: { topic: 'The oldest' } });
    const page = await stage.open('sofia');
    // A short window, so that the list does not come to its end by itself.
    await page.setViewportSize({ width: 1280, height: 500 });
    await openAsStaff(page, id);
    await rowsOf(page).first().waitFor();
    expect(await page.locator(`[data-dialog-row="${id}"]`).count()).toBe(0);
    const header = page.getByRole('region', { name: 'Conversation', exact: true });
    await header.getByText('anna@demo.test · The oldest').waitFor();
    await page.getByRole('button', { name: 'Close conversation' }).click();
    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    await header.getByText('Closed', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByRole('button', { name: 'Close conversation' }).waitFor();
    expect(await messagesOf(page).count()).toBe(1);
  });
});
