import { describe, expect, test } from 'vitest';
import { findPlace } from './place-beside.ts';

const screen = { width: 400, height: 300 };
const size = { width: 100, height: 20 };
const button = (left: number, top: number) => ({ left, top, width: 36, height: 36 });

describe('a tooltip', () => {
  test('stands centred above its button', () => {
    expect(findPlace(button(182, 100), size, screen, 'top')).toEqual({ left: 150, top: 74 });
  });

  test('goes below where there is no room above', () => {
    expect(findPlace(button(182, 4), size, screen, 'top')).toEqual({ left: 150, top: 46 });
  });

  test('never leaves the screen sideways', () => {
    expect(findPlace(button(362, 100), size, screen, 'top').left).toBe(292);
    expect(findPlace(button(2, 100), size, screen, 'top').left).toBe(8);
  });

  test('changes sides beside a button at the edge', () => {
    expect(findPlace(button(10, 100), size, screen, 'right').left).toBe(52);
    expect(findPlace(button(360, 100), size, screen, 'right').left).toBe(254);
  });
});
