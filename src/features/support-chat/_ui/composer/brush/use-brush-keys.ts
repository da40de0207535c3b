import { type Dispatch, type FocusEvent, type KeyboardEvent, type SetStateAction, useState } from 'react';
import { extendStroke, moveSpot, type Point, type Size, type Stroke } from './strokes.ts';

/** The brush without a pointer: arrows move it, Space puts it down and lifts it. */
export function useBrushKeys(
  size: Size | null,
  width: number,
  setStrokes: Dispatch<SetStateAction<readonly Stroke[]>>,
) {
  const [spot, setSpot] = useState<Point | null>(null);
  const [isHeld, setHeld] = useState(false);
  const [isDown, setDown] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!size || !spot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ') {
      event.preventDefault();
      setHeld(true);
      if (!isDown) setStrokes((before) => [...before, { width, points: [spot] }]);
      return setDown(!isDown);
    }
    const next = moveSpot(spot, event.key, event.shiftKey ? width * 2 : width / 2, size);
    if (!next) return;
    event.preventDefault();
    setHeld(true);
    setSpot(next);
    if (isDown) setStrokes((before) => extendStroke(before, next));
  };
  return {
    /** Where the brush is, in pixels of the picture; null while the keyboard does not hold it. */
    spot: isHeld ? spot : null,
    isDown,
    onFocus: (event: FocusEvent) => {
      // A press on the picture gives it the focus too, and shows where it is by itself.
      setHeld(event.currentTarget.matches(':focus-visible'));
      if (size) setSpot((before) => before ?? { x: size.width / 2, y: size.height / 2 });
    },
    onBlur: () => {
      setHeld(false);
      setDown(false);
    },
    onKeyDown,
    /** A finger or a mouse takes the brush; the keyboard goes on from where it was left. */
    onPointer: (at: Point) => {
      setHeld(false);
      setDown(false);
      setSpot(at);
    },
  };
}
