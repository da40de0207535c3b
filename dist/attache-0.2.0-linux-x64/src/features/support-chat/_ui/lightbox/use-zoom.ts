import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { createZoomActs, fitPicture, fitted, keepOnStage, type Size, type Zoom } from './zoom-state.ts';

/** Air around a fitted picture on wide screens. CSS pixels. */
const marginPx = 20;

/** Zoom and rotation of one picture on its stage. */
export function useZoom(stageRef: RefObject<HTMLElement | null>, picture: Size) {
  const [zoom, setZoom] = useState<Zoom>(fitted);
  const [turns, setTurns] = useState(0);
  const [glides, setGlides] = useState(false);
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
  const change = (next: (zoom: Zoom) => Zoom, isGlide: boolean) => {
    setGlides(isGlide);
    setZoom((before) => keepOnStage(next(before), turned, stage));
  };

  return {
    ...createZoomActs(change),
    zoom,
    turns,
    glides,
    /** Size of the picture at scale 1, before rotation. */
    shown,
    isPlaced: stage.width > 0,
    getZoom: useCallback(() => current.current, []),
    rotate: () => {
      setGlides(true);
      setZoom(fitted);
      setTurns((before) => before + 1);
    },
  };
}
