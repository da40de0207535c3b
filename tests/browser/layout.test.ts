import { beforeAll, expect, test } from 'vitest';
import { fieldOf, messagesOf, openAsCustomer } from './support/chat-page.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { type Furniture, furnish } from './support/states.ts';

describeInBrowser('what changes its size moves nothing else', () => {
  const stage = useStage();
  let furniture: Furniture;
  beforeAll(async () => {
    furniture = await furnish(stage.server);
  });

  test('the newest message stays whole while the composer grows with what is written', async () => {
    const page = await stage.open('anna');
    await openAsCustomer(page, furniture.dialogId);
    const hidden = () =>
      messagesOf(page).evaluate((list) => {
        const bottoms = [...list.querySelectorAll('li')].map((row) => row.getBoundingClientRect().bottom);
        return Math.round(Math.max(...bottoms) - list.getBoundingClientRect().bottom);
      });
    await expect.poll(hidden).toBeLessThanOrEqual(0);
    for (let line = 0; line < 6; line += 1) {
      await fieldOf(page).press('Shift+Enter');
      await fieldOf(page).pressSequentially('More');
    }
    await expect.poll(hidden).toBeLessThanOrEqual(0);
  });
});
