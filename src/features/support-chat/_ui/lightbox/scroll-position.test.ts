import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScrolled, toScrolled } from './scroll-position.ts';
import { keepOnStage, zoomAt } from './zoom-state.ts';

const stage = { width: 390, height: 780 };
const pages = { width: 390, height: 3_000 };

describe('the scroll position of what is enlarged', () => {
  it('begins at the top left corner', () => {
    expect(toScrolled(readScrolled(2, { x: 0, y: 0 }, pages, stage), pages, stage)).toEqual({ x: 0, y: 0 });
  });

  it('keeps the point of the page under the finger where it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: -300, max: 300 }),
        fc.double({ min: 1, max: 4, noNaN: true }),
        (x, y, factor) => {
          const before = { x: 150, y: 900 };
          const zoom = zoomAt(readScrolled(1.5, before, pages, stage), factor, { x, y });
          const after = toScrolled(zoom, pages, stage);
          const under = (scrolled: typeof before, scale: number) => [
            (scrolled.x + stage.width / 2 + x) / scale,
            (scrolled.y + stage.height / 2 + y) / scale,
          ];
          expect(under(after, zoom.scale)[0]).toBeCloseTo(under(before, 1.5)[0] ?? 0, 6);
          expect(under(after, zoom.scale)[1]).toBeCloseTo(under(before, 1.5)[1] ?? 0, 6);
        },
      ),
    );
  });

  it('is within what can be scrolled to', () => {
    const zoom = keepOnStage({ scale: 2, x: -9_999, y: -9_999 }, pages, stage);
    expect(toScrolled(zoom, pages, stage)).toEqual({ x: 390, y: 5_220 });
    const card = { width: 300, height: 200 };
    expect(toScrolled(keepOnStage({ scale: 1, x: 50, y: 50 }, card, stage), card, stage)).toEqual({ x: 0, y: 0 });
  });
});
