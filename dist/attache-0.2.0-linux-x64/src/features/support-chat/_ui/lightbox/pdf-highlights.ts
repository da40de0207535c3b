import type { PdfMatch, TextSpot } from './pdf-search.ts';

/** The spans of a page that is on the screen, one for each piece of its text. */
export type PieceElements = readonly HTMLElement[];

function toRange(match: PdfMatch, pieces: PieceElements): Range | null {
  const boundary = ({ piece, offset }: TextSpot): [Node, number] | null => {
    const text = pieces[piece]?.firstChild;
    return text ? [text, Math.min(offset, text.textContent?.length ?? 0)] : null;
  };
  const from = boundary(match.from);
  const to = boundary(match.to);
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

/**
 * Marks matches without touching the text layer's elements (CSS Custom Highlight API). A browser without it still jumps
 * from match to match. Returns the range of the current match when its page is drawn.
 */
export function highlightMatches(
  matches: readonly PdfMatch[],
  current: PdfMatch | null,
  pages: ReadonlyMap<number, PieceElements>,
): Range | null {
  if (typeof Highlight === 'undefined') return null;
  const all = new Highlight();
  let currentRange: Range | null = null;
  for (const match of matches) {
    const range = toRange(match, pages.get(match.page) ?? []);
    if (!range) continue;
    if (match === current) currentRange = range;
    else all.add(range);
  }
  CSS.highlights.set('pdf-match', all);
  CSS.highlights.set('pdf-current-match', currentRange ? new Highlight(currentRange) : new Highlight());
  return currentRange;
}

export function clearHighlights(): void {
  if (typeof Highlight === 'undefined') return;
  CSS.highlights.delete('pdf-match');
  CSS.highlights.delete('pdf-current-match');
}
