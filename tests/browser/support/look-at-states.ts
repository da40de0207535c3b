import { beforeAll, describe, expect, test } from 'vitest';
import { findAxeProblems } from './axe.ts';
import { findLayoutProblems } from './layout.ts';
import { findLongMotion } from './motion.ts';
import { describeInBrowser, type OpenOptions, type Stage, useStage } from './stage.ts';
import { enter, type Furniture, furnish, states } from './states.ts';
import { findWordProblems } from './words.ts';

export interface Window {
  title: string;
  options: OpenOptions;
  /** axe is asked where a page is drawn another way: on the desk in light, on the phone in dark. */
  isJudgedByAxe?: boolean;
  /** Undefined: every state. */
  only?: readonly string[];
}

export const phone = { hasTouch: true, isMobile: true };
// Colours are judged at rest: what fades in has the contrast of a ghost.
export const still = { reducedMotion: 'reduce' } as const;

/** One visit for all that can be asked of a page at rest, since coming there is what takes the time. */
export function describeStates(
  windows: readonly Window[],
  more: (stage: Stage, furniture: () => Furniture) => void = () => {},
): void {
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

    more(stage, () => furniture);
  });
}
