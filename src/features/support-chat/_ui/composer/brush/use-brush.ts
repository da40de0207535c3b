import { type ChangeEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { drawStrokes, extendStroke, fitForCanvas, type Size, type Stroke, toPicture } from './strokes.ts';
import { useBrushKeys } from './use-brush-keys.ts';

/** Brush width as a share of the picture's longer side. */
const widths = { min: 0.01, max: 0.12, start: 0.04 };

/** Strokes over a picture, by pointer or by keys, drawn on a canvas of the picture's size. */
export function useBrush() {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  const [share, setShare] = useState(widths.start);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const width = size ? share * Math.max(size.width, size.height) : 0;
  const keys = useBrushKeys(size, width, setStrokes);

  useEffect(() => {
    const pen = canvasRef.current?.getContext('2d');
    if (!pen || !size) return;
    pen.clearRect(0, 0, size.width, size.height);
    drawStrokes(pen, strokes);
  }, [strokes, size]);

  const pointOf = (event: PointerEvent, of: Size) =>
    toPicture({ x: event.clientX, y: event.clientY }, event.currentTarget.getBoundingClientRect(), of);
  const onPointerDown = (event: PointerEvent) => {
    // A second finger would pull the line of the first one to itself.
    if (!size || event.button !== 0 || !event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = pointOf(event, size);
    keys.onPointer(at);
    setStrokes((before) => [...before, { width, points: [at] }]);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!size || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const point = pointOf(event, size);
    setStrokes((before) => extendStroke(before, point));
  };
  const { onFocus, onBlur, onKeyDown } = keys;
  return {
    ...{ size, width, strokes, keys, canvasRef },
    /** The picture has loaded and is this large. */
    begin: (picture: Size) => setSize(fitForCanvas(picture)),
    undo: () => setStrokes((before) => before.slice(0, -1)),
    canvasProps: { onPointerDown, onPointerMove, onFocus, onBlur, onKeyDown },
    widthProps: {
      ...{ min: widths.min, max: widths.max, step: 0.005, value: share },
      onChange: (event: ChangeEvent<HTMLInputElement>) => setShare(event.currentTarget.valueAsNumber),
    },
  };
}
