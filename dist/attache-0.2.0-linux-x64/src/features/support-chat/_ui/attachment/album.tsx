import type { ReactNode } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { type AlbumItem, fitSingle, layOutAlbum } from './album-layout.ts';

export interface AlbumProps<Item extends AlbumItem> {
  items: readonly Item[];
  /** Words stand below and need a line of some length. */
  hasText: boolean;
  keyOf: (item: Item) => string;
  renderTile: (item: Item, isSingle: boolean) => ReactNode;
}

/** CSS pixels; what a bubble holds on a wide screen. */
const singleMax = { width: 380, height: 420 };

/**
 * Pictures in their proportions. Heights follow from widths by `aspect-ratio` alone, so the layout is final before any
 * picture arrives and right at every width without measuring.
 */
export function Album<Item extends AlbumItem>({ items, hasText, keyOf, renderTile }: AlbumProps<Item>) {
  const [only] = items;
  if (only && items.length === 1) {
    const box = fitSingle(only, singleMax);
    return (
      // A picture smaller than a finger, or a strip one pixel high, still needs a place to press.
      <div
        className={cn('min-h-12 max-w-full', hasText ? 'min-w-64' : 'min-w-24')}
        style={{ width: box.width, aspectRatio: `${box.width} / ${Math.max(48, box.height)}` }}
      >
        {renderTile(only, true)}
      </div>
    );
  }
  return (
    <div className="flex w-[26rem] max-w-full flex-col gap-0.5">
      {layOutAlbum(items).map((row) => (
        <div key={row.from} className="flex gap-0.5" style={{ aspectRatio: String(Math.max(1.1, sum(row.ratios))) }}>
          {row.ratios.map((ratio, index) => {
            const item = items[row.from + index];
            return item ? (
              <div key={keyOf(item)} className="min-w-0" style={{ flex: `${ratio} 1 0` }}>
                {renderTile(item, false)}
              </div>
            ) : null;
          })}
        </div>
      ))}
    </div>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
