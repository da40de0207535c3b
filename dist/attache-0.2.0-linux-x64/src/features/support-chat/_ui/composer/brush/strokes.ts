export interface Point {
  x: number;
  y: number;
}

/** One movement of the brush, in pixels of the picture. */
export interface Stroke {
  width: number;
  points: readonly Point[];
}

export interface Size {
  width: number;
  height: number;
}

/** Larger canvases fail without a word on phones. */
const mostPixels = 16_000_000;

/** The size a picture is painted and saved at. */
export function fitForCanvas(size: Size): Size {
  const scale = Math.min(1, Math.sqrt(mostPixels / (size.width * size.height)));
  return { width: Math.max(1, Math.floor(size.width * scale)), height: Math.max(1, Math.floor(size.height * scale)) };
}

/** From a place on the screen to a place in the picture. */
export function toPicture(
  at: Point,
  box: { left: number; top: number; width: number; height: number },
  size: Size,
): Point {
  return { x: ((at.x - box.left) / box.width) * size.width, y: ((at.y - box.top) / box.height) * size.height };
}

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Where an arrow key leads, never out of the picture; null for every other key. */
export function moveSpot(spot: Point, key: string, step: number, size: Size): Point | null {
  const direction = directions[key];
  if (!direction) return null;
  const within = (value: number, end: number) => Math.min(Math.max(value, 0), end);
  return { x: within(spot.x + direction.x * step, size.width), y: within(spot.y + direction.y * step, size.height) };
}

export function extendStroke(strokes: readonly Stroke[], point: Point): readonly Stroke[] {
  const last = strokes.at(-1);
  return last ? [...strokes.slice(0, -1), { ...last, points: [...last.points, point] }] : strokes;
}

type Pen = Pick<
  CanvasRenderingContext2D,
  'beginPath' | 'moveTo' | 'lineTo' | 'stroke' | 'lineWidth' | 'lineCap' | 'lineJoin' | 'strokeStyle'
>;

/** Opaque on purpose: anything one can see through, a program can undo. */
export function drawStrokes(pen: Pen, strokes: readonly Stroke[]): void {
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = '#000';
  for (const { width, points } of strokes) {
    const [first, ...rest] = points;
    if (!first) continue;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(first.x, first.y);
    // A single touch leaves a dot: a line without length and with round ends.
    pen.lineTo(first.x, first.y);
    for (const point of rest) pen.lineTo(point.x, point.y);
    pen.stroke();
  }
}

/** JPEG stays JPEG; everything else becomes PNG, which every browser can write. */
export function nameForPainted(name: string, mimeType: string): { name: string; mimeType: 'image/jpeg' | 'image/png' } {
  if (mimeType === 'image/jpeg') return { name, mimeType: 'image/jpeg' };
  return { name: `${name.replace(/\.[^.]*$/, '')}.png`, mimeType: 'image/png' };
}
