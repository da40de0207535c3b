import { beforeAll, expect, test } from 'vitest';
import { describeInBrowser, useStage } from './support/stage.ts';
import { type Furniture, furnish } from './support/states.ts';

describeInBrowser('languages', () => {
  const stage = useStage();
  let furniture: Furniture;
  beforeAll(async () => {
    furniture = await furnish(stage.server);
  });

  test('before signing in, a press changes the language and keeps what was typed; the choice outlives the visit', async () => {
    const page = await stage.open(null, { path: '/sign-in' });
    await page.getByLabel('E-mail').fill('anna@demo.test');
    await page.getByRole('button', { name: 'Русский' }).click();
    await page.getByRole('heading', { name: 'Вход' }).waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('[name="email"]').inputValue()).toBe('anna@demo.test');
    await page.reload();
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
  });

  test('in the account menu the language changes without losing the conversation', async () => {
    const page = await stage.open('anna', { path: `/support-chat?dialog=${furniture.dialogId}` });
    await page.getByRole('textbox', { name: 'Write a message' }).fill('Half a thought');
    await page.getByRole('button', { name: 'Account of Anna' }).click();
    await page.getByRole('menuitemradio', { name: 'Русский' }).click();
    const field = page.getByRole('textbox', { name: 'Написать сообщение' });
    await field.waitFor();
    expect(await field.inputValue()).toBe('Half a thought');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(new URL(page.url()).searchParams.get('dialog')).toBe(furniture.dialogId);
  });
});
