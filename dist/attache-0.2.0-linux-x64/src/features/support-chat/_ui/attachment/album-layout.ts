export interface AlbumItem {
  /** Pixels; null when nobody knows yet. */
  width: number | null;
  height: number | null;
}

export interface AlbumRow {
  /** Index of the first item of the row. */
  from: number;
  /** Width divided by height of each tile; tiles of a row share its height. */
  ratios: number[];
}

const unknownRatio = 4 / 3;
/** Beyond these a tile would be a sliver; the rest of the picture is a click away. */
const narrowest = 0.65;
const widest = 2.2;
/** Rows are best when about this wide for their height. */
const targetRatio = 2.4;
const mostInRow = 3;

function tileRatio({ width, height }: AlbumItem): number {
  const ratio = width && height ? width / height : unknownRatio;
  return Math.min(widest, Math.max(narrowest, ratio));
}

/** How far a row is from a good shape; symmetric, so that twice too wide is as bad as twice too narrow. */
function penalty(ratios: readonly number[]): number {
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  return Math.abs(Math.log(sum / targetRatio)) + (ratios.length === 1 ? 0.35 : 0);
}

/**
 * Splits pictures into rows, in their order. All splits into rows of one to three are weighed (dynamic programming from
 * the end, a message carries few), and the one with the evenest rows wins.
 */
export function layOutAlbum(items: readonly AlbumItem[]): AlbumRow[] {
  const ratios = items.map(tileRatio);
  const best: { cost: number; rows: AlbumRow[] }[] = Array.from({ length: items.length + 1 }, () => ({
    cost: 0,
    rows: [],
  }));
  for (let from = items.length - 1; from >= 0; from -= 1) {
    let choice = { cost: Number.POSITIVE_INFINITY, rows: [] as AlbumRow[] };
    for (let size = 1; size <= mostInRow && from + size <= items.length; size += 1) {
      const row = { from, ratios: ratios.slice(from, from + size) };
      const rest = best[from + size] ?? { cost: 0, rows: [] };
      const cost = penalty(row.ratios) + rest.cost;
      if (cost < choice.cost) choice = { cost, rows: [row, ...rest.rows] };
    }
    best[from] = choice;
  }
  return best[0]?.rows ?? [];
}

export interface Box {
  width: number;
  height: number;
}

/** The box of a single picture: its true proportions, never larger than it is, within what a bubble holds. */
export function fitSingle(item: AlbumItem, max: Box): Box {
  if (!item.width || !item.height) return { width: Math.min(280, max.width), height: Math.min(210, max.height) };
  const scale = Math.min(1, max.width / item.width, max.height / item.height);
  return { width: Math.max(1, Math.round(item.width * scale)), height: Math.max(1, Math.round(item.height * scale)) };
}
