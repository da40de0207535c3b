import { describe, expect, it } from 'vitest';
import { toStop, wheelFactor } from './zoom.ts';

describe('zoom', () => {
  it('scales by about the same for a notch of a mouse, with ctrl or without, in pixels or in lines', () => {
    const notch = { deltaY: -120, deltaMode: 0, ctrlKey: false };
    for (const turn of [notch, { ...notch, ctrlKey: true }, { deltaY: -3, deltaMode: 1, ctrlKey: true }]) {
      expect(wheelFactor(turn)).toBeGreaterThan(1.2);
      expect(wheelFactor(turn)).toBeLessThan(1.4);
      expect(wheelFactor(turn) * wheelFactor({ ...turn, deltaY: -turn.deltaY })).toBeCloseTo(1, 9);
    }
    expect(wheelFactor({ deltaY: -2, deltaMode: 0, ctrlKey: true })).toBeCloseTo(1.024, 3);
  });

  it('knows its ends in spite of rounding', () => {
    expect(toStop(0.4900001, 0.49, 4)).toBe('fitted');
    expect(toStop(1, 0.49, 4)).toBe('between');
    expect(toStop(3.999999, 0.49, 4)).toBe('max');
  });
});
