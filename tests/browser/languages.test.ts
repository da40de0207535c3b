import { beforeAll, expect, test } from 'vitest';
import type { SampleChats } from './states/page-state.ts';
import { createSampleChats } from './support/sample-chats.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('languages', () => {
  const stage = useStage();
  let chats: SampleChats;
  beforeAll(async () => {
    chats = await createSampleChats(stage.server);
  });

  test('before signing in, a press changes the language and keeps what was typed; the choice outlives the visit', async () => {
    const page = await stage.open(null, { path: '/sign-in' });
    await page.getByLabel('Email').fill('anna@demo.test');
    await page.getByRole('button', { name: 'Русский' }).click();
    await page.getByRole('heading', { name: 'Вход' }).waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('[name="email"]').inputValue()).toBe('anna@demo.test');
    await page.reload();
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
  });

  test('in the account menu the language changes without losing the conversation', async () => {
    const page = await stage.open('anna', { path: `/support-chat?dialog=${chats.annaConversationId}` });
    await page.getByRole('textbox', { name: 'Write a message' }).fill('Half a thought');
    await page.getByRole('button', { name: 'Account: Anna' }).click();
    await page.getByRole('menuitemradio', { name: 'Русский' }).click();
    const field = page.getByRole('textbox', { name: 'Написать сообщение' });
    await field.waitFor();
    expect(await field.inputValue()).toBe('Half a thought');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(new URL(page.url()).searchParams.get('dialog')).toBe(chats.annaConversationId);
  });
});
