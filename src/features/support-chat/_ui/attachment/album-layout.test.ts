import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSingle, layOutAlbum } from './album-layout.ts';

const wide = { width: 1600, height: 900 };
const tall = { width: 900, height: 1600 };

describe('album layout', () => {
  it('shows every picture once, in order, whatever their shapes', () => {
    const side = fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.record({ width: side, height: side }), { maxLength: 10 }), (items) => {
        const rows = layOutAlbum(items);
        expect(rows.flatMap((row) => row.ratios)).toHaveLength(items.length);
        let next = 0;
        for (const row of rows) {
          expect(row.from).toBe(next);
          expect(row.ratios.length).toBeGreaterThan(0);
          for (const ratio of row.ratios) expect(ratio).toBeGreaterThan(0.5);
          next += row.ratios.length;
        }
      }),
    );
  });

  it('sets portraits side by side and gives a panorama its own row', () => {
    expect(layOutAlbum([tall, tall, tall]).map((row) => row.ratios.length)).toEqual([3]);
    expect(layOutAlbum([{ width: 3000, height: 900 }, wide, wide]).map((row) => row.from)).toEqual([0, 1]);
  });

  it('keeps true proportions of a single picture and never enlarges it', () => {
    const max = { width: 400, height: 400 };
    expect(fitSingle(wide, max)).toEqual({ width: 400, height: 225 });
    expect(fitSingle({ width: 64, height: 32 }, max)).toEqual({ width: 64, height: 32 });
    expect(fitSingle({ width: 10_000, height: 3 }, max)).toEqual({ width: 400, height: 1 });
  });

  it('has a stable box for a picture of unknown size', () => {
    expect(fitSingle({ width: null, height: null }, { width: 200, height: 400 })).toEqual({ width: 200, height: 210 });
  });
});
