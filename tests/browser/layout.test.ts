import { beforeAll, describe, expect, test } from 'vitest';
import { fieldOf, messagesOf, openAsCustomer } from './support/chat-page.ts';
import { findLayoutProblems } from './support/layout.ts';
import { findLongMotion } from './support/motion.ts';
import { describeInBrowser, type OpenOptions, useStage } from './support/stage.ts';
import { enter, type Furniture, furnish, states } from './support/states.ts';

const phone = { hasTouch: true, isMobile: true };
const windows: { size: string; options: OpenOptions }[] = [
  { size: '360 wide', options: { viewport: { width: 360, height: 740 }, ...phone, language: 'ru' } },
  { size: '390 wide', options: { viewport: { width: 390, height: 844 }, ...phone } },
  { size: '768 wide', options: { viewport: { width: 768, height: 1024 }, language: 'ru' } },
  { size: '1440 wide', options: { viewport: { width: 1440, height: 900 } } },
  { size: '1920 wide', options: { viewport: { width: 1920, height: 1080 } } },
  {
    size: '1440 wide at 200 %',
    options: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, language: 'ru' },
  },
];

describeInBrowser('every page fits its window', () => {
  const stage = useStage();
  let furniture: Furniture;
  beforeAll(async () => {
    furniture = await furnish(stage.server);
  });

  describe.each(windows)('$size', ({ options }) => {
    test.each(states)('$name, and is still for those who asked for less motion', async (state) => {
      const page = await stage.open(state.person, { ...options, reducedMotion: 'reduce' });
      await enter(page, state, furniture);
      expect(await findLayoutProblems(page)).toEqual([]);
      expect(await findLongMotion(page, 10)).toEqual([]);
    });
  });

  test.each(states)('$name: nothing moves longer than 200 ms', async (state) => {
    const page = await stage.open(state.person);
    await enter(page, state, furniture);
    expect(await findLongMotion(page, 200)).toEqual([]);
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
