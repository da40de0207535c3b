import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

type Theme = 'light' | 'dark';

/** OKLCH to linear sRGB by Björn Ottosson's matrices, cut to the gamut of the screen. */
function readLinear(name: string, theme: Theme): [number, number, number] {
  const value = new RegExp(`--${name}: light-dark\\(oklch\\(([^)]*)\\), oklch\\(([^)]*)\\)\\)`).exec(css)?.[
    theme === 'light' ? 1 : 2
  ];
  const [lightness = Number.NaN, chroma = Number.NaN, hue = Number.NaN] = (value ?? '').split(' ').map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (x: number) => Math.min(Math.max(x, 0), 1);
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function luminance(name: string, theme: Theme): number {
  const [r, g, b] = readLinear(name, theme);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, 1.4.3. */
function contrast(one: string, other: string, theme: Theme): number {
  const [darker = 0, lighter = 0] = [luminance(one, theme), luminance(other, theme)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

const themes: readonly Theme[] = ['light', 'dark'];
const grounds = ['canvas', 'surface', 'raised', 'sunken', 'track', 'thumb', 'hover', 'chat-ground', 'bubble-other'];

const textPairs = [
  ...grounds.flatMap((ground) => [
    ['ink', ground],
    ['muted', ground],
  ]),
  ...['canvas', 'surface', 'raised', 'accent-soft', 'accent-soft-hover', 'chat-ground'].map((ground) => [
    'accent-text',
    ground,
  ]),
  ...['canvas', 'surface', 'raised', 'danger-soft', 'chat-ground'].map((ground) => ['danger-text', ground]),
  ...['surface', 'hover', 'track', 'thumb', 'waiting-soft', 'accent-soft'].map((ground) => ['waiting-text', ground]),
  ['ink', 'accent-soft'],
  ['muted', 'accent-soft'],
  ['bubble-own-ink', 'bubble-own'],
  ['bubble-own-muted', 'bubble-own'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-hover'],
  ...[1, 2, 3, 4, 5, 6].map((tint) => ['avatar-ink', `avatar-${tint}`]),
];

const shapePairs = [
  ...['surface', 'raised', 'canvas'].map((ground) => ['control', ground]),
  ...['canvas', 'surface', 'raised', 'chat-ground', 'accent-soft', 'track'].map((ground) => ['focus', ground]),
];

describe.each(themes)('the %s theme', (theme) => {
  test.each(textPairs)('text %s is readable on %s (4.5)', (text = '', ground = '') => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(shapePairs)('%s is seen on %s (3)', (shape = '', ground = '') => {
    expect(contrast(shape, ground, theme)).toBeGreaterThanOrEqual(3);
  });
});
