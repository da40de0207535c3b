export interface Point {
  x: number;
  y: number;
}

/** Where a zoom is between its ends; at either end one of the buttons is disabled. */
export type ZoomStop = 'fitted' | 'between' | 'max';

/** What keys and buttons do to a picture and to a PDF. */
export interface Zoomable {
  /** Around the middle of the screen, animated. */
  zoomBy: (factor: number) => void;
  reset: () => void;
  panBy: (by: Point) => void;
  isZoomed: () => boolean;
  rotate?: () => void;
}

/** Of a click or a double tap, times the fitted size. */
export const pressZoom = 2.5;
/** Times the fitted size. */
export const maxZoom = 8;
export const zoomMs = 150;

export function toStop(scale: number, fitted: number, max: number): ZoomStop {
  if (scale <= fitted * 1.001) return 'fitted';
  return scale >= max * 0.999 ? 'max' : 'between';
}

/** A notch of a mouse is some 120 pixels; with ctrl it would count as the widest pinch of a trackpad. */
const widestPinchStepPx = 25;

/** What a turn of the wheel scales by. A trackpad's pinch arrives as one with ctrl and much smaller steps. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>) {
  const linePx = deltaMode === 1 ? 40 : 1;
  const pixels = -deltaY * linePx;
  if (!ctrlKey) return Math.exp(pixels * 0.0018);
  return Math.exp(Math.max(-widestPinchStepPx, Math.min(widestPinchStepPx, pixels)) * 0.012);
}
