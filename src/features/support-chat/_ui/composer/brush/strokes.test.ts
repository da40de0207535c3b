import { describe, expect, it } from 'vitest';
import { drawStrokes, extendStroke, fitForCanvas, moveSpot, nameForPainted, toPicture } from './strokes.ts';

describe('brush', () => {
  it('paints where the finger is, whatever the size on the screen', () => {
    const box = { left: 10, top: 20, width: 100, height: 50 };
    expect(toPicture({ x: 60, y: 45 }, box, { width: 4000, height: 2000 })).toEqual({ x: 2000, y: 1000 });
  });

  it('is moved by arrow keys and no others, and stays in the picture', () => {
    const size = { width: 100, height: 50 };
    expect(moveSpot({ x: 50, y: 25 }, 'ArrowLeft', 10, size)).toEqual({ x: 40, y: 25 });
    expect(moveSpot({ x: 50, y: 45 }, 'ArrowDown', 10, size)).toEqual({ x: 50, y: 50 });
    expect(moveSpot({ x: 50, y: 25 }, 'Tab', 10, size)).toBeNull();
  });

  it('keeps a canvas within what phones can hold, in proportion', () => {
    expect(fitForCanvas({ width: 1000, height: 500 })).toEqual({ width: 1000, height: 500 });
    const fitted = fitForCanvas({ width: 10_000, height: 5_000 });
    expect(fitted.width * fitted.height).toBeLessThanOrEqual(16_000_000);
    expect(fitted.width / fitted.height).toBeCloseTo(2, 2);
  });

  it('covers completely and leaves a dot for a touch', () => {
    const calls: string[] = [];
    const pen = {
      beginPath: () => calls.push('begin'),
      moveTo: (x: number, y: number) => calls.push(`move ${x},${y}`),
      lineTo: (x: number, y: number) => calls.push(`line ${x},${y}`),
      stroke: () => calls.push('stroke'),
      lineWidth: 0,
      lineCap: 'butt' as CanvasLineCap,
      lineJoin: 'miter' as CanvasLineJoin,
      strokeStyle: '',
    };
    drawStrokes(pen, [{ width: 30, points: [{ x: 1, y: 2 }] }]);
    expect(calls).toEqual(['begin', 'move 1,2', 'line 1,2', 'stroke']);
    expect(pen).toMatchObject({ strokeStyle: '#000', lineWidth: 30, lineCap: 'round' });
  });

  it('adds to the last movement only', () => {
    const strokes = [
      { width: 1, points: [] },
      { width: 2, points: [{ x: 0, y: 0 }] },
    ];
    expect(extendStroke(strokes, { x: 1, y: 1 })[1]?.points).toHaveLength(2);
    expect(extendStroke([], { x: 1, y: 1 })).toEqual([]);
  });

  it('names the painted file after what it is', () => {
    expect(nameForPainted('card.webp', 'image/webp')).toEqual({ name: 'card.png', mimeType: 'image/png' });
    expect(nameForPainted('card.jpg', 'image/jpeg').name).toBe('card.jpg');
  });
});
