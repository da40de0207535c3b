import { beforeAll, describe, expect, test } from 'vitest';
import { findAxeProblems } from './support/axe.ts';
import { findLayoutProblems } from './support/layout.ts';
import { findLongMotion, watchTransitions } from './support/motion.ts';
import { describeInBrowser, type OpenOptions, useStage } from './support/stage.ts';
import { enter, type Furniture, furnish, states } from './support/states.ts';
import { findWordProblems } from './support/words.ts';

interface Window {
  title: string;
  options: OpenOptions;
  /** axe is asked where a page is drawn another way: phone and desk, light and dark. */
  isJudgedByAxe?: boolean;
  /** Undefined: every state. */
  only?: readonly string[];
}

const phone = { hasTouch: true, isMobile: true };
// Colours are judged at rest: what fades in has the contrast of a ghost.
const still = { reducedMotion: 'reduce' } as const;
/** Between the widths that every state is looked at in, only the frames differ. */
const frames = ['sign-in', "customer's conversation", 'inbox with a dialog', 'people', 'storage'];

const windows: Window[] = [
  {
    title: '360 wide, Russian',
    options: { viewport: { width: 360, height: 740 }, ...phone, ...still, language: 'ru' },
  },
  {
    title: '390 wide',
    options: { viewport: { width: 390, height: 844 }, ...phone, ...still },
    isJudgedByAxe: true,
  },
  { title: '768 wide, Russian', options: { viewport: { width: 768, height: 1024 }, language: 'ru' }, only: frames },
  { title: '1440 wide', options: { viewport: { width: 1440, height: 900 }, ...still }, isJudgedByAxe: true },
  {
    title: '1440 wide, dark',
    options: { viewport: { width: 1440, height: 900 }, ...still, theme: 'dark' },
    isJudgedByAxe: true,
  },
  {
    title: '1440 wide at 200 %, Russian, with motion',
    options: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, language: 'ru' },
  },
  { title: '1920 wide', options: { viewport: { width: 1920, height: 1080 } }, only: frames },
];

/** One visit for all that can be asked of a page at rest, since coming there is what takes the time. */
describeInBrowser('every state of every page', () => {
  const stage = useStage();
  let furniture: Furniture;
  beforeAll(async () => {
    furniture = await furnish(stage.server);
  });

  describe.each(windows)('$title', ({ options, isJudgedByAxe = false, only }) => {
    const looked = states.filter(({ name }) => only?.includes(name) ?? true);
    const judged = isJudgedByAxe ? ', axe finds nothing' : '';
    const { language = 'en', reducedMotion } = options;
    // Asked for less, next to nothing may move; else nothing for longer than people wait.
    const longestMotionMs = reducedMotion === 'reduce' ? 10 : 200;

    test.each(looked)(`$name fits, speaks one language and is soon still${judged}`, async (state) => {
      const page = await stage.open(state.person, options);
      await enter(page, state, furniture);
      expect.soft(await findLayoutProblems(page)).toEqual([]);
      expect.soft(await findLongMotion(page, longestMotionMs)).toEqual([]);
      expect.soft(await page.locator('html').getAttribute('lang')).toBe(language);
      expect.soft(await findWordProblems(page, language)).toEqual({ keys: [], foreign: [] });
      if (isJudgedByAxe) expect.soft(await findAxeProblems(page)).toEqual([]);
    });
  });

  // What passes through a fade, however short, is for some frames neither what it was nor what it will be.
  test('where less motion is asked for, a conversation comes and changes its colours without a single transition', async () => {
    const page = await stage.open('anna', { viewport: { width: 1440, height: 900 }, ...still });
    const transitions = await watchTransitions(page);
    const state = states.find(({ name }) => name === "customer's conversation");
    if (!state) throw new Error('no such state');
    await enter(page, state, furniture);
    await page.emulateMedia({ colorScheme: 'dark', ...still });
    await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect(await transitions()).toEqual([]);
  });

  test('names in `frames` are states', () => {
    const names = new Set(states.map(({ name }) => name));
    expect(frames.filter((name) => !names.has(name))).toEqual([]);
  });
});
