import type { Point, Size, Zoom } from './zoom-state.ts';

/** Half of what stands over the edge of the stage on each axis; 0 where the content is smaller and centred. */
function overhang(scale: number, content: Size, stage: Size): Point {
  return {
    x: Math.max(0, (content.width * scale - stage.width) / 2),
    y: Math.max(0, (content.height * scale - stage.height) / 2),
  };
}

/** Where content laid out at this scale lies, told from its scroll position. `content` is its size at scale 1. */
export function readScrolled(scale: number, scrolled: Point, content: Size, stage: Size): Zoom {
  const half = overhang(scale, content, stage);
  return { scale, x: half.x === 0 ? 0 : half.x - scrolled.x, y: half.y === 0 ? 0 : half.y - scrolled.y };
}

/** The scroll position that shows content as `zoom` says. */
export function toScrolled(zoom: Zoom, content: Size, stage: Size): Point {
  const half = overhang(zoom.scale, content, stage);
  return { x: half.x - zoom.x, y: half.y - zoom.y };
}
