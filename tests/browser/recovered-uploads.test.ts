import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openDialog } from '#tests/support/scene.ts';
import { chooseFiles, messagesOf, openAsCustomer, sendText, trayOf } from './support/chat-page.ts';
import { holdRequests } from './support/composer-page.ts';
import { readMessages } from './support/messages.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

/** A busy device: the page recovers uploads of closed tabs only after the person has begun to write. */
async function delayRecovery(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const released = Promise.withResolvers<void>();
    Object.assign(window, { releaseRecovery: () => released.resolve() });
    navigator.locks.request = new Proxy(navigator.locks.request, {
      async apply(request, _locks, args) {
        if (args[0] === 'attache-claim-orphans') await released.promise;
        return Reflect.apply(request, navigator.locks, args);
      },
    });
  });
  return async () => {
    await page.evaluate(() => Reflect.get(window, 'releaseRecovery')());
    // Its answer comes from the browser's own disk.
    await page.evaluate(() => navigator.locks.request('attache-claim-orphans', () => undefined));
  };
}

describeInBrowser('uploads of closed tabs, recovered late', () => {
  const stage = useStage();
  const table = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from('1;2\n') });

  async function openPage() {
    const dialogId = await openDialog(await stage.server.as('anna'), 'Hello');
    const page = await stage.open('anna');
    const release = await delayRecovery(page);
    await openAsCustomer(page, dialogId);
    const letUploadsGo = await holdRequests(page, /\/api\/support-chat\/uploads$/);
    let uploads = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/support-chat/uploads')) uploads += 1;
    });
    return { page, dialogId, release, letUploadsGo, uploads: () => uploads };
  }

  test('does not bring back the files of the message being written, which travel once', async () => {
    const { page, dialogId, release, letUploadsGo, uploads } = await openPage();
    await chooseFiles(page, table('one.csv'), table('two.csv'));
    await trayOf(page).getByRole('listitem').nth(1).waitFor();
    await release();
    await letUploadsGo();
    await sendText(page, 'Two tables');
    await expect
      .poll(async () => (await readMessages(stage.server, dialogId)).map(({ attachments }) => attachments.length))
      .toEqual([0, 2]);
    expect(await trayOf(page).count()).toBe(0);
    expect(uploads()).toBe(2);
  });

  test('does not send twice what was sent meanwhile, nor its files', async () => {
    const { page, dialogId, release, letUploadsGo, uploads } = await openPage();
    await chooseFiles(page, table('one.csv'), table('two.csv'));
    await sendText(page, 'Two tables');
    await release();
    await letUploadsGo();
    await expect
      .poll(async () => (await readMessages(stage.server, dialogId)).map(({ attachments }) => attachments.length))
      .toEqual([0, 2]);
    await messagesOf(page).getByRole('listitem').filter({ hasText: 'Two tables' }).getByText('Sent').waitFor();
    expect(uploads()).toBe(2);
  });
});
