import { expect, test } from 'vitest';
import { enter } from './states/page-state.ts';
import { requireState } from './states/page-states.ts';
import { describeStates, phone, still } from './support/check-states.ts';
import { watchTransitions } from './support/motion.ts';

const desk = { viewport: { width: 1440, height: 900 }, ...still };

describeStates(
  [
    { title: '1440 wide', options: desk, runsAxe: true },
    {
      title: '390 wide, dark',
      options: { viewport: { width: 390, height: 844 }, ...phone, ...still, theme: 'dark' },
      runsAxe: true,
    },
  ],
  (stage, chats) => {
    // What passes through a fade, however short, is for some frames neither what it was nor what it will be.
    test('where less motion is asked for, a conversation comes and changes its colours without a single transition', async () => {
      const page = await stage.open('anna', desk);
      const transitions = await watchTransitions(page);
      await enter(page, requireState('customer-conversation'), chats());
      await page.emulateMedia({ colorScheme: 'dark', ...still });
      await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      expect(await transitions()).toEqual([]);
    });
  },
);
