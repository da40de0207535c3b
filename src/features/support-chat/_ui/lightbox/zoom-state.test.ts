import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitPicture,
  fitted,
  followSwipe,
  keepOnStage,
  maxScale,
  readSwipe,
  wheelFactor,
  zoomAt,
} from './zoom-state.ts';

const stage = { width: 1000, height: 500 };

describe('zoom', () => {
  it('keeps the point under the finger where it is', () => {
    const coordinate = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(coordinate, coordinate, fc.double({ min: 1.01, max: 4, noNaN: true }), (x, y, factor) => {
        const before = { scale: 1.5, x: 20, y: -10 };
        const after = zoomAt(before, factor, { x, y });
        const pictured = (zoom: typeof before) => [(x - zoom.x) / zoom.scale, (y - zoom.y) / zoom.scale];
        expect(pictured(after)[0]).toBeCloseTo(pictured(before)[0] ?? 0, 6);
        expect(pictured(after)[1]).toBeCloseTo(pictured(before)[1] ?? 0, 6);
      }),
    );
  });

  it('never goes below the fitted size nor beyond the limit', () => {
    expect(zoomAt(fitted, 0.1, { x: 0, y: 0 }).scale).toBe(1);
    expect(zoomAt(fitted, 1_000, { x: 0, y: 0 }).scale).toBe(maxScale);
  });

  it('lets nobody push the picture off the stage', () => {
    const picture = { width: 800, height: 500 };
    expect(keepOnStage({ scale: 2, x: 9_999, y: -9_999 }, picture, stage)).toEqual({ scale: 2, x: 300, y: -250 });
    expect(keepOnStage({ scale: 1, x: 50, y: 50 }, picture, stage)).toEqual({ scale: 1, x: 0, y: 0 });
  });

  it('fits a turned picture by its turned sides and never enlarges a small one', () => {
    expect(fitPicture({ width: 2000, height: 1000 }, stage, 0)).toEqual({ width: 1000, height: 500 });
    expect(fitPicture({ width: 2000, height: 1000 }, stage, 1)).toEqual({ width: 500, height: 250 });
    expect(fitPicture({ width: 20, height: 10 }, stage, 0)).toEqual({ width: 20, height: 10 });
  });

  it('scales by about the same for a notch of a mouse, with ctrl or without, in pixels or in lines', () => {
    const notch = { deltaY: -120, deltaMode: 0, ctrlKey: false };
    for (const turn of [notch, { ...notch, ctrlKey: true }, { deltaY: -3, deltaMode: 1, ctrlKey: true }]) {
      expect(wheelFactor(turn)).toBeGreaterThan(1.2);
      expect(wheelFactor(turn)).toBeLessThan(1.4);
      expect(wheelFactor(turn) * wheelFactor({ ...turn, deltaY: -turn.deltaY })).toBeCloseTo(1, 9);
    }
    expect(wheelFactor({ deltaY: -2, deltaMode: 0, ctrlKey: true })).toBeCloseTo(1.024, 3);
  });

  it('lets a picture follow the finger sideways or down', () => {
    expect(followSwipe({ x: -30, y: 8 })).toEqual({ x: -30, y: 0 });
    expect(followSwipe({ x: 8, y: 30 })).toEqual({ x: 0, y: 30 });
    expect(followSwipe({ x: 8, y: -30 })).toEqual({ x: 0, y: 0 });
  });

  it('tells a swipe from a resting finger', () => {
    expect(readSwipe({ x: -60, y: 5 }, 150)).toBe('next');
    expect(readSwipe({ x: 60, y: 5 }, 150)).toBe('previous');
    expect(readSwipe({ x: -60, y: 5 }, 900)).toBeNull();
    expect(readSwipe({ x: 10, y: 120 }, 200)).toBe('close');
    expect(readSwipe({ x: 60, y: 70 }, 200)).toBeNull();
  });
});
