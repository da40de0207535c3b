import { beforeAll, describe, expect, test } from 'vitest';
import { enter, type SampleChats } from '../states/page-state.ts';
import { pageStates } from '../states/page-states.ts';
import { findAxeProblems } from './axe.ts';
import { findLayoutProblems } from './layout.ts';
import { findLongMotion } from './motion.ts';
import { createSampleChats } from './sample-chats.ts';
import { describeInBrowser, type OpenOptions, type Stage, useStage } from './stage.ts';
import { findWordProblems } from './words.ts';

export interface Window {
  title: string;
  options: OpenOptions;
  /** axe runs where a page is laid out differently: wide in light, narrow in dark. */
  runsAxe?: boolean;
  /** Undefined: every state. */
  only?: readonly string[];
}

/** Options of a phone's browser. */
export const phone = { hasTouch: true, isMobile: true };
/** Contrast is measured at rest: an element that fades in has too little. */
export const still = { reducedMotion: 'reduce' } as const;

/** The states that can be checked at rest, in the tests' own sample chats. */
const settled = pageStates.filter(({ isUnsettled }) => !isUnsettled);

/** Registers one test per state and window. All checks share one visit, since reaching the state takes the time. */
export function describeStates(
  windows: readonly Window[],
  more: (stage: Stage, chats: () => SampleChats) => void = () => {},
): void {
  describeInBrowser('every state of every page', () => {
    const stage = useStage();
    let chats: SampleChats;
    beforeAll(async () => {
      chats = await createSampleChats(stage.server);
    });

    describe.each(windows)('$title', ({ options, runsAxe = false, only }) => {
      const checked = settled.filter(({ name }) => only?.includes(name) ?? true);
      const withAxe = runsAxe ? ', axe finds nothing' : '';
      const { language = 'en', reducedMotion } = options;
      // With reduced motion next to nothing may move; otherwise nothing for longer than people wait.
      const longestMotionMs = reducedMotion === 'reduce' ? 10 : 200;

      test.each(checked)(`$name fits, speaks one language and is soon still${withAxe}`, async (state) => {
        const page = await stage.open(state.person, options);
        await enter(page, state, chats);
        expect.soft(await findLayoutProblems(page)).toEqual([]);
        expect.soft(await findLongMotion(page, longestMotionMs)).toEqual([]);
        expect.soft(await page.locator('html').getAttribute('lang')).toBe(language);
        expect.soft(await findWordProblems(page, language)).toEqual({ keys: [], foreign: [] });
        if (runsAxe) expect.soft(await findAxeProblems(page)).toEqual([]);
      });
    });

    more(stage, () => chats);
  });
}
