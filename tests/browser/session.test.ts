import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openDialog } from '#tests/support/scene.ts';
import { bubbleOf, fieldOf, openAsCustomer, sendText, signInByForm } from './support/chat-page.ts';
import { readTexts } from './support/messages.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('the end of a session', () => {
  const stage = useStage();

  /** Anna, signed in by the form so that the session is hers alone, at a dialog with half a thought written. */
  async function openWriting(): Promise<{ page: Page; dialogId: string }> {
    const dialogId = await openDialog(await stage.server.as('anna'), 'Hello');
    const page = await stage.open(null);
    await signInByForm(page, 'anna');
    await page.waitForURL('**/support-chat**');
    await openAsCustomer(page, dialogId);
    await fieldOf(page).fill('Half a thought');
    return { page, dialogId };
  }

  test('is said while somebody writes, and what they wrote goes once they signed in again in another tab', async () => {
    const { page, dialogId } = await openWriting();
    const other = await page.context().newPage();
    const cookie = (await page.context().cookies()).find(({ name }) => name.endsWith('session_token'));
    const [token] = decodeURIComponent(cookie?.value ?? '').split('.');
    await stage.server.database.prisma.session.delete({ where: { token: token ?? '' } });
    // Whatever is told next finds the listener gone.
    const sofia = await stage.server.as('sofia');
    await sofia.mutate('supportChat.sendMessage', { dialogId, text: 'An answer' });
    await page.getByRole('alert').getByText("You're signed out.").waitFor();
    // In the place of the list's heading, too, which is all that a phone shows of the page at first.
    expect(await page.getByRole('link', { name: 'Sign in again' }).count()).toBe(2);
    await sendText(page, 'A whole thought');
    await page.getByRole('alert').getByText('Not sent.').waitFor();
    await fieldOf(page).fill('The next thought');

    await signInByForm(other, 'anna');
    await expect.poll(() => readTexts(stage.server, dialogId)).toEqual(['Hello', 'An answer', 'A whole thought']);
    await page.getByRole('alert').getByText("You're signed out.").waitFor({ state: 'detached' });
    expect(await fieldOf(page).inputValue()).toBe('The next thought');
  });

  test('signed out in one tab, the others show nothing private any more, and the draft is kept', async () => {
    const { page } = await openWriting();
    const other = await page.context().newPage();
    await other.goto('/support-chat');
    await other.getByRole('button', { name: 'Account: Anna' }).click();
    await other.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in?next=**');
    expect(await page.getByText('Hello').count()).toBe(0);

    await page.getByLabel('Email').fill('anna@demo.test');
    await page.getByLabel('Password', { exact: true }).fill('attache-demo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await bubbleOf(page, 'Hello').waitFor();
    expect(await fieldOf(page).inputValue()).toBe('Half a thought');
  });
});
