import type { Page } from '../_domain/cursor.ts';

/** A page of records as a page of what callers see of them. */
export function presentPage<Item, Dto>(page: Page<Item>, present: (item: Item) => Dto): Page<Dto> {
  const { items, nextCursor } = page;
  return { items: items.map(present), ...(nextCursor && { nextCursor }) };
}
