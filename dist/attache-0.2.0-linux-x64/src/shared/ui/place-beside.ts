export type Side = 'top' | 'bottom' | 'left' | 'right';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const gapPx = 6;
const marginPx = 8;
const opposite: Record<Side, Side> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };

function positionAt(side: Side, anchor: Box, size: { width: number; height: number }) {
  const middleX = anchor.left + (anchor.width - size.width) / 2;
  const middleY = anchor.top + (anchor.height - size.height) / 2;
  if (side === 'top') return { left: middleX, top: anchor.top - size.height - gapPx };
  if (side === 'bottom') return { left: middleX, top: anchor.top + anchor.height + gapPx };
  if (side === 'left') return { left: anchor.left - size.width - gapPx, top: middleY };
  return { left: anchor.left + anchor.width + gapPx, top: middleY };
}

/** Where a small box goes beside its anchor: on the wished side, on the opposite one without room, never off the screen. */
export function findPlace(
  anchor: Box,
  size: { width: number; height: number },
  screen: { width: number; height: number },
  side: Side,
): { left: number; top: number } {
  const fits = ({ left, top }: { left: number; top: number }) =>
    side === 'top' || side === 'bottom'
      ? top >= marginPx && top + size.height <= screen.height - marginPx
      : left >= marginPx && left + size.width <= screen.width - marginPx;
  const wished = positionAt(side, anchor, size);
  const other = positionAt(opposite[side], anchor, size);
  const { left, top } = fits(wished) || !fits(other) ? wished : other;
  const clamp = (value: number, most: number) => Math.max(marginPx, Math.min(value, most - marginPx));
  return { left: clamp(left, screen.width - size.width), top: clamp(top, screen.height - size.height) };
}

/** Moves a `fixed` element at the top left corner to its place. */
export function placeBeside(element: HTMLElement, anchor: Box, side: Side): void {
  const size = { width: element.offsetWidth, height: element.offsetHeight };
  const screen = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  const { left, top } = findPlace(anchor, size, screen, side);
  element.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
