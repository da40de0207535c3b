import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { fitPicture, fitted, keepOnStage, type Point, pan, type Size, type Zoom, zoomAt } from './zoom-state.ts';

/** A press on a button scales by this. */
const stepFactor = 1.5;
const doublePressScale = 2.5;
/** Air around a fitted picture on wide screens. CSS pixels. */
const marginPx = 20;

/** Zoom and rotation of one picture on its stage. */
export function useZoom(stageRef: RefObject<HTMLElement | null>, picture: Size) {
  const [zoom, setZoom] = useState<Zoom>(fitted);
  const [turns, setTurns] = useState(0);
  const [stage, setStage] = useState<Size>({ width: 0, height: 0 });
  const current = useRef(zoom);
  current.current = zoom;

  useEffect(() => {
    const element = stageRef.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setStage({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [stageRef]);

  const margin = stage.width > 640 ? marginPx : 0;
  const room = { width: stage.width - margin * 2, height: stage.height - margin };
  const shown = stage.width > 0 ? fitPicture(picture, room, turns) : picture;
  const turned = turns % 2 === 0 ? shown : { width: shown.height, height: shown.width };
  const change = (next: (zoom: Zoom) => Zoom) => setZoom((before) => keepOnStage(next(before), turned, stage));

  return {
    zoom,
    turns,
    /** Size of the picture at scale 1, before rotation. */
    shown,
    isPlaced: stage.width > 0,
    getZoom: useCallback(() => current.current, []),
    zoomAt: (factor: number, at: Point) => change((before) => zoomAt(before, factor, at)),
    panBy: (by: Point) => change((before) => pan(before, by)),
    zoomIn: () => change((before) => zoomAt(before, stepFactor, { x: 0, y: 0 })),
    zoomOut: () => change((before) => zoomAt(before, 1 / stepFactor, { x: 0, y: 0 })),
    toggle: (at: Point) => change((before) => (before.scale > 1 ? fitted : zoomAt(fitted, doublePressScale, at))),
    reset: () => setZoom(fitted),
    rotate: () => {
      setZoom(fitted);
      setTurns((before) => before + 1);
    },
  };
}
