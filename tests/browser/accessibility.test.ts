import { beforeAll, describe, expect, test } from 'vitest';
import { findAxeProblems } from './support/axe.ts';
import { describeInBrowser, useStage } from './support/stage.ts';
import { enter, type Furniture, furnish, states } from './support/states.ts';

describeInBrowser('axe finds nothing', () => {
  const stage = useStage();
  let furniture: Furniture;
  beforeAll(async () => {
    furniture = await furnish(stage.server);
  });

  describe.each(['light', 'dark'] as const)('%s', (theme) => {
    test.each(states)('$name', async (state) => {
      // Colours are judged at rest: what fades in has the contrast of a ghost.
      const page = await stage.open(state.person, { theme, reducedMotion: 'reduce' });
      await enter(page, state, furniture);
      expect(await findAxeProblems(page)).toEqual([]);
    });
  });

  test.each(states)('$name on a phone', async (state) => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const page = await stage.open(state.person, { ...phone, reducedMotion: 'reduce' });
    await enter(page, state, furniture);
    expect(await findAxeProblems(page)).toEqual([]);
  });
});
