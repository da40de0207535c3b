/** How a picture lies on the stage: scale 1 fits it, x and y are the offset of its centre in CSS pixels. */
export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export const fitted: Zoom = { scale: 1, x: 0, y: 0 };
export const maxScale = 8;

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Keeps the picture on the stage: what is smaller is centred, what is larger cannot be pushed past its edge. */
export function keepOnStage(zoom: Zoom, picture: Size, stage: Size): Zoom {
  const freeX = Math.max(0, (picture.width * zoom.scale - stage.width) / 2);
  const freeY = Math.max(0, (picture.height * zoom.scale - stage.height) / 2);
  return { scale: zoom.scale, x: clamp(zoom.x, -freeX, freeX), y: clamp(zoom.y, -freeY, freeY) };
}

/** Scales around a point of the stage (measured from its centre): what is under the finger stays under it. */
export function zoomAt(zoom: Zoom, factor: number, at: Point): Zoom {
  const scale = clamp(zoom.scale * factor, 1, maxScale);
  const ratio = scale / zoom.scale;
  return { scale, x: at.x - (at.x - zoom.x) * ratio, y: at.y - (at.y - zoom.y) * ratio };
}

export function pan(zoom: Zoom, by: Point): Zoom {
  return { ...zoom, x: zoom.x + by.x, y: zoom.y + by.y };
}

/** The size a picture has when it fits the stage; small ones are not blown up. `turns` are quarter turns. */
export function fitPicture(picture: Size, stage: Size, turns: number): Size {
  const isSideways = turns % 2 !== 0;
  const shown = isSideways ? { width: picture.height, height: picture.width } : picture;
  const scale = Math.min(1, stage.width / shown.width, stage.height / shown.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** A swipe is quick or long, and clearly sideways; otherwise the finger only rested. */
export function readSwipe(by: Point, elapsedMs: number): 'next' | 'previous' | 'close' | null {
  const isFast = elapsedMs < 300;
  if (Math.abs(by.x) > Math.abs(by.y) * 1.2 && Math.abs(by.x) > (isFast ? 40 : 110)) {
    return by.x < 0 ? 'next' : 'previous';
  }
  return by.y > (isFast ? 70 : 160) && by.y > Math.abs(by.x) * 1.5 ? 'close' : null;
}
