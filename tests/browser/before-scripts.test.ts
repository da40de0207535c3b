import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PASSWORD, people } from '#tests/support/people.ts';
import { chooseFiles, fieldOf, trayOf } from './support/chat-page.ts';
import { describeInBrowser, untilAwake, useStage } from './support/stage.ts';

/** The page as the server drew it; its scripts come once they are let. */
async function openWithoutScripts(page: Page, path: string): Promise<() => Promise<void>> {
  const gate = Promise.withResolvers<void>();
  await page.route('**/_next/static/**/*.js', async (route) => {
    await gate.promise;
    await route.continue();
  });
  await page.goto(path, { waitUntil: 'commit' });
  await page.locator('input').first().waitFor({ state: 'attached' });
  return async () => {
    gate.resolve();
    await untilAwake(page);
  };
}

describeInBrowser('what is done before the scripts of a page have come', () => {
  const stage = useStage();

  test('a message, its topic and its files are kept and can be sent', async () => {
    const page = await stage.open('anna');
    const bringScripts = await openWithoutScripts(page, '/support-chat?dialog=new');
    await page.getByLabel('Topic').fill('Invoice');
    await fieldOf(page).fill('From the train');
    await chooseFiles(page, { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from('1;2\n') });
    await bringScripts();
    await trayOf(page).getByText('table.csv').waitFor();
    expect(await fieldOf(page).inputValue()).toBe('From the train');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.waitForURL((url) => /^[\da-f-]{36}$/.test(url.searchParams.get('dialog') ?? ''));
    const id = new URL(page.url()).searchParams.get('dialog') ?? '';
    const { prisma } = stage.server.database;
    const dialog = await prisma.chatDialog.findUniqueOrThrow({ where: { id }, include: { messages: true } });
    expect([dialog.topic, ...dialog.messages.map(({ text }) => text)]).toEqual(['Invoice', 'From the train']);
    expect(await prisma.chatAttachment.count({ where: { dialogId: id, status: 'LINKED' } })).toBe(1);
  });

  test('a name and a password are kept and sign in', async () => {
    const page = await stage.open(null);
    const bringScripts = await openWithoutScripts(page, '/sign-in');
    await page.getByLabel('Email').fill(people.anna.email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await bringScripts();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/support-chat**');
  });

  test('what staff search for is searched', async () => {
    const page = await stage.open('sofia');
    const bringScripts = await openWithoutScripts(page, '/admin/support-chat');
    const field = page.getByRole('textbox', { name: /^Search/ });
    await field.fill('nobody has this name');
    await bringScripts();
    await page.getByText('Nothing found').first().waitFor();
    expect(await field.inputValue()).toBe('nobody has this name');
  });
});
