import type { Locator, Page } from 'playwright-core';

interface Point {
  x: number;
  y: number;
}

export interface Fingers {
  /** Moves each finger along its path in small steps, then lifts all. */
  drag(...paths: [from: Point, to: Point][]): Promise<void>;
  doubleTap(at: Point): Promise<void>;
}

const steps = 8;

/** Touch input through the browser's own events, in window coordinates. */
export async function createFingers(page: Page): Promise<Fingers> {
  const session = await page.context().newCDPSession(page);
  return {
    async drag(...paths) {
      const at = (part: number) =>
        paths.map(([from, to], id) => ({
          id,
          x: from.x + (to.x - from.x) * part,
          y: from.y + (to.y - from.y) * part,
        }));
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
      for (let step = 1; step <= steps; step += 1) {
        await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / steps) });
      }
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    },
    async doubleTap({ x, y }) {
      await page.touchscreen.tap(x, y);
      await page.touchscreen.tap(x, y);
    },
  };
}

export interface Box extends Point {
  width: number;
  height: number;
  centre: Point;
}

/** The bounding box of an element once it has stopped moving. */
export async function restingBoxOf(element: Locator): Promise<Box> {
  await element.evaluate(async (moving) => {
    const place = () => JSON.stringify(moving.getBoundingClientRect());
    let still = 0;
    for (let last = place(); still < 4; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = place();
      still = now === last ? still + 1 : 0;
      last = now;
    }
  });
  return boxOf(element);
}

/** The bounding box of an element with its centre. @throws when it is not rendered */
export async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (!box) throw new Error('The element is not rendered.');
  return { ...box, centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 } };
}
