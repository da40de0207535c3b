import { describe, expect, it } from 'vitest';
import { chooseDensity, choosePart } from './pdf-part.ts';

const page = { width: 3_000, height: 4_000 };
const screen = { left: 1_000, top: 1_000, width: 400, height: 800 };

describe('the part of an enlarged page that is drawn sharply', () => {
  it('is what is seen and a quarter of the screen around it', () => {
    expect(choosePart(screen, page, null)).toEqual({ left: 900, top: 800, width: 600, height: 1_200 });
  });

  it('ends where the page ends', () => {
    expect(choosePart({ ...screen, left: -50, top: 3_700 }, page, null)).toEqual({
      ...{ left: 0, top: 3_500, width: 450, height: 500 },
    });
  });

  it('stays while it covers what is seen, then moves on', () => {
    const drawn = choosePart(screen, page, null);
    expect(choosePart({ ...screen, top: 1_150 }, page, drawn)).toBe(drawn);
    expect(choosePart({ ...screen, top: 1_250 }, page, drawn)).toMatchObject({ top: 1_050 });
  });

  it('is not looked for on a page beyond the screen', () => {
    expect(choosePart({ ...screen, top: 5_000 }, page, null)).toBeNull();
  });

  it('takes the density of the screen until the canvas would be too large', () => {
    expect(chooseDensity({ width: 400, height: 500 }, 3, 6_000_000)).toBe(3);
    const density = chooseDensity(page, 3, 6_000_000);
    expect(page.width * density * (page.height * density)).toBeCloseTo(6_000_000, 0);
  });
});
