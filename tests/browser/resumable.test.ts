import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDialog } from '#tests/support/scene.ts';
import { type ServerRequest, watchServer } from '#tests/support/server-traffic.ts';
import { chooseFiles, openAsCustomer, sendText } from './support/chat-page.ts';
import { slowDown } from './support/composer-page.ts';
import { readMessages } from './support/messages.ts';
import { describeInBrowser, useStage } from './support/stage.ts';

const bytes = Buffer.alloc(12_000_000, 'article;price;pieces\n');
const file = { name: 'export.csv', mimeType: 'text/csv', buffer: bytes };
/** The whole file would take eight seconds. */
const slowBytesPerSecond = 1_500_000;
const halfway = bytes.length / 3;

describeInBrowser('a large file on a bad line', () => {
  const stage = useStage();
  let traffic: ReturnType<typeof watchServer>;
  beforeEach(() => {
    traffic = watchServer();
  });
  afterEach(() => traffic.stop());

  const patches = (): ServerRequest[] => traffic.requests.filter(({ method }) => method === 'PATCH');
  const received = () => patches().reduce((sum, patch) => sum + patch.receivedBytes(), 0);
  const offsets = () => patches().map(({ headers }) => Number(headers['upload-offset']));

  /** The message is sent, a part of its file has reached the server, the rest is on its way. */
  async function beginSending(): Promise<{ page: Page; dialogId: string }> {
    const dialogId = await openDialog(await stage.server.as('anna'));
    const page = await stage.open('anna');
    await openAsCustomer(page, dialogId);
    await slowDown(page, slowBytesPerSecond);
    await chooseFiles(page, file);
    await sendText(page, 'All of it');
    await expect.poll(received, { timeout: 30_000 }).toBeGreaterThan(halfway);
    return { page, dialogId };
  }

  /** Text and file arrived once, as one message, the file as it was; its bytes did not travel twice. */
  async function expectWholeFile(dialogId: string): Promise<void> {
    const sent = async () => (await readMessages(stage.server, dialogId)).slice(1);
    await expect
      .poll(async () => (await sent()).map(({ text, attachments }) => [text, ...attachments.map(({ name }) => name)]), {
        timeout: 45_000,
      })
      .toEqual([['All of it', 'export.csv']]);
    const [attachment] = (await sent()).flatMap(({ attachments }) => attachments);
    const stored = await (await stage.server.as('sofia')).fetch(attachment?.url ?? '');
    const hash = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
    expect(hash(new Uint8Array(await stored.arrayBuffer()))).toBe(hash(bytes));
    expect(
      traffic.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/resumable')),
    ).toHaveLength(1);
    expect(received()).toBeLessThan(bytes.length * 1.5);
  }

  test('goes on from where it was after the tab was reloaded', async () => {
    const { page, dialogId } = await beginSending();
    const before = patches().length;
    await page.reload();
    await slowDown(page, null);
    await expectWholeFile(dialogId);
    const [resumedAt] = offsets().slice(before);
    expect(resumedAt).toBeGreaterThan(1_000_000);
  });

  test('goes on from where it was after the server was restarted', async () => {
    const { page, dialogId } = await beginSending();
    const before = patches().length;
    await stage.server.restart();
    await slowDown(page, null);
    await expectWholeFile(dialogId);
    const [resumedAt] = offsets().slice(before);
    expect(resumedAt).toBeGreaterThan(1_000_000);
  });

  test('goes on by itself after the line broke again and again, as long as each try brings it further', async () => {
    const { page, dialogId } = await beginSending();
    const context = page.context();
    for (let turn = 0; turn < 2; turn += 1) {
      await context.setOffline(true);
      await page.getByText("You're offline. Messages will be sent when you're back online.").waitFor();
      const before = received();
      await context.setOffline(false);
      await slowDown(page, slowBytesPerSecond);
      await expect.poll(received, { timeout: 30_000 }).toBeGreaterThan(before + 500_000);
    }
    await slowDown(page, null);
    await expectWholeFile(dialogId);
    expect(offsets().every((offset, index) => index === 0 || offset > 0)).toBe(true);
  });
});
