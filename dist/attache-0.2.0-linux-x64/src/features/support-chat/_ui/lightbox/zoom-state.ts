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
/** A press on a button or a key scales by this. */
const stepFactor = 1.5;
const doublePressScale = 2.5;
const centre: Point = { x: 0, y: 0 };

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

export interface ZoomActs {
  zoomAt: (factor: number, at: Point) => void;
  panBy: (by: Point) => void;
  zoomIn: () => void;
  zoomOut: () => void;
  /** Between fitted and enlarged around a point. */
  toggle: (at: Point) => void;
  reset: () => void;
}

/** A change that nobody's hand leads glides to its end in this time. */
export const glideMs = 150;

/**
 * What fingers, keys and buttons do, over whatever keeps the state: a picture's transform, a document's scrolling.
 * `glides`: not led by a hand.
 */
export function createZoomActs(change: (next: (zoom: Zoom) => Zoom, glides: boolean) => void): ZoomActs {
  return {
    zoomAt: (factor, at) => change((zoom) => zoomAt(zoom, factor, at), false),
    panBy: (by) => change((zoom) => pan(zoom, by), false),
    zoomIn: () => change((zoom) => zoomAt(zoom, stepFactor, centre), true),
    zoomOut: () => change((zoom) => zoomAt(zoom, 1 / stepFactor, centre), true),
    toggle: (at) => change((zoom) => (zoom.scale > 1 ? fitted : zoomAt(fitted, doublePressScale, at)), true),
    reset: () => change(() => fitted, true),
  };
}

export interface WheelTurn {
  deltaY: number;
  /** `WheelEvent.deltaMode`: 0 counts pixels, 1 lines. */
  deltaMode: number;
  ctrlKey: boolean;
}

const linePx = 40;
/** A notch of a mouse is some 120 pixels; with ctrl it would count as the widest pinch of a trackpad. */
const widestPinchStepPx = 25;

/** What a turn of the wheel scales by. A trackpad's pinch arrives as one with ctrl and much smaller steps. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }: WheelTurn): number {
  const turned = deltaMode === 1 ? deltaY * linePx : deltaY;
  if (!ctrlKey) return Math.exp(-turned * 0.0018);
  return Math.exp(-clamp(turned, -widestPinchStepPx, widestPinchStepPx) * 0.012);
}

/** The size a picture has when it fits the stage; small ones are not blown up. `turns` are quarter turns. */
export function fitPicture(picture: Size, stage: Size, turns: number): Size {
  const isSideways = turns % 2 !== 0;
  const shown = isSideways ? { width: picture.height, height: picture.width } : picture;
  const scale = Math.min(1, stage.width / shown.width, stage.height / shown.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** What a picture does under a finger that may become a swipe: along one way at a time, and never upwards. */
export function followSwipe(by: Point): Point {
  return Math.abs(by.x) > Math.abs(by.y) ? { x: by.x, y: 0 } : { x: 0, y: Math.max(0, by.y) };
}

/** A swipe is quick or long, and clearly sideways; otherwise the finger only rested. */
export function readSwipe(by: Point, elapsedMs: number): 'next' | 'previous' | 'close' | null {
  const isFast = elapsedMs < 300;
  if (Math.abs(by.x) > Math.abs(by.y) * 1.2 && Math.abs(by.x) > (isFast ? 40 : 110)) {
    return by.x < 0 ? 'next' : 'previous';
  }
  return by.y > (isFast ? 70 : 160) && by.y > Math.abs(by.x) * 1.5 ? 'close' : null;
}
