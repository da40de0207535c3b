import { expect, test } from 'vitest';
import { people } from '#tests/support/people.ts';
import { openDialog } from '#tests/support/scene.ts';
import { rowsOf } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

describeInBrowser('who sees which page', () => {
  const stage = useStage();
  const pathOf = (url: string) => new URL(url).pathname;

  test.each([
    { person: 'anna', path: '/admin/support-chat', lands: '/support-chat' },
    { person: 'anna', path: '/admin/people', lands: '/support-chat' },
    { person: 'sofia', path: '/admin/people', lands: '/admin/support-chat' },
    { person: 'sofia', path: '/support-chat', lands: '/admin/support-chat' },
    { person: 'sofia', path: '/', lands: '/admin/support-chat' },
    { person: 'anna', path: '/sign-in', lands: '/support-chat' },
    { person: null, path: '/', lands: '/sign-in' },
  ] as const)('$person at $path is led to $lands', async ({ person, path, lands }) => {
    const page = await stage.open(person, { path });
    await expect.poll(() => pathOf(page.url())).toBe(lands);
  });

  test('a stranger at a conversation signs in first and is led back to it', async () => {
    const dialogId = await openDialog(await stage.server.as('anna'), 'From a link in a mail');
    const page = await stage.open(null, { path: `/support-chat?dialog=${dialogId}` });
    await page.getByLabel('Email').fill(people.anna.email);
    await page.getByLabel('Password', { exact: true }).fill('attache-demo');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Messages' }).getByText('From a link in a mail').waitFor();
    expect(new URL(page.url()).searchParams.get('dialog')).toBe(dialogId);
  });

  test('Nikita is told whom to ask; what the administrator grants and withdraws works at once', async () => {
    await openDialog(await stage.server.as('anna'), 'Waiting for an answer');
    const nikita = await stage.open('nikita', { path: '/admin/support-chat' });
    await nikita.getByRole('heading', { name: "You don't have access to conversations" }).waitFor();
    expect(await rowsOf(nikita).count()).toBe(0);

    const admin = await stage.open('admin', { path: '/admin/people' });
    const access = admin.getByRole('switch', { name: 'Nikita can answer customers' });
    await access.click();
    await admin.getByText('Nikita can now answer customers').waitFor();
    await nikita.getByRole('button', { name: 'Check again' }).click();
    await rowsOf(nikita).first().waitFor();

    await access.click();
    await admin.getByText('Nikita can no longer answer customers').waitFor();
    await nikita.reload();
    await nikita.getByRole('heading', { name: "You don't have access to conversations" }).waitFor();
    expect(await rowsOf(nikita).count()).toBe(0);
  });

  test('making somebody an administrator is asked about first; nobody changes their own role', async () => {
    const admin = await stage.open('admin', { path: '/admin/people' });
    expect(await admin.getByLabel('Role of Admin').isDisabled()).toBe(true);
    const role = admin.getByLabel('Role of Boris');
    await role.selectOption('ADMIN');
    const question = admin.getByRole('dialog', { name: 'Make Boris an administrator?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await role.inputValue()).toBe('USER');
    const { role: kept } = await stage.server.database.prisma.user.findUniqueOrThrow({
      where: { id: people.boris.id },
    });
    expect(kept).toBe('USER');
  });

  test('people are found by a part of their name', async () => {
    const admin = await stage.open('admin', { path: '/admin/people' });
    await admin.getByRole('row', { name: /sofia/ }).waitFor();
    await admin.getByRole('textbox', { name: 'Search people' }).fill('bor');
    await admin.getByRole('row', { name: /sofia/ }).waitFor({ state: 'detached' });
    expect(await admin.getByRole('row', { name: /boris@demo\.test/ }).count()).toBe(1);
  });

  test('somebody new makes an account and writes the first message', async () => {
    const page = await stage.open(null, { path: '/sign-up' });
    await page.getByLabel('Name').fill('Dmitri Орлов');
    await page.getByLabel('Email').fill('dmitri@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a long enough one');
    await page.getByRole('button', { name: 'Create account' }).click();
    const field = page.getByRole('textbox', { name: 'Write a message' });
    await field.fill('Is anybody there?');
    await field.press('Enter');
    await page.getByRole('region', { name: 'Messages' }).getByText('Is anybody there?').waitFor();
    const sofia = await stage.open('sofia', { path: '/admin/support-chat' });
    await rowsOf(sofia).filter({ hasText: 'Dmitri Орлов' }).waitFor();
  });
});
