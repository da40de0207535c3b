/** The text of one page as pdf.js gives it: pieces in reading order. */
export type PageText = readonly string[];

export interface PdfMatch {
  /** From 1. */
  page: number;
  /** Piece and character where the match begins, and just after where it ends. */
  from: TextSpot;
  to: TextSpot;
}

export interface TextSpot {
  piece: number;
  offset: number;
}

interface Joined {
  text: string;
  /** For each character of `text`, where it came from. */
  spots: TextSpot[];
}

/**
 * Joins the pieces and evens out what a reader does not distinguish: case, and any run of spaces. A piece may end in the
 * middle of a word, so pieces are joined as they are.
 */
function join(pieces: PageText): Joined {
  let text = '';
  const spots: TextSpot[] = [];
  pieces.forEach((piece, index) => {
    for (let offset = 0; offset < piece.length; offset += 1) {
      const char = (piece[offset] ?? '').toLowerCase();
      const isSpace = /\s/.test(char);
      if (isSpace && text.endsWith(' ')) continue;
      // Lower case of a few letters is two characters long; each of them points at its one origin.
      for (const unit of isSpace ? ' ' : char) {
        text += unit;
        for (let i = 0; i < unit.length; i += 1) spots.push({ piece: index, offset });
      }
    }
    // Pieces of different lines carry no space between them.
    if (piece !== '' && !text.endsWith(' ')) {
      text += ' ';
      spots.push({ piece: index, offset: piece.length });
    }
  });
  return { text, spots };
}

export function normaliseQuery(query: string): string {
  return query.toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

/** All places of a page where the query stands, in reading order. */
export function findInPage(page: number, pieces: PageText, query: string): PdfMatch[] {
  const wanted = normaliseQuery(query);
  if (wanted === '') return [];
  const { text, spots } = join(pieces);
  const matches: PdfMatch[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    const from = spots[at];
    const last = spots[at + wanted.length - 1];
    if (from && last) matches.push({ page, from, to: { piece: last.piece, offset: last.offset + 1 } });
  }
  return matches;
}
