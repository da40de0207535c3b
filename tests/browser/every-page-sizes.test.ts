import { expect, test } from 'vitest';
import { describeStates, phone, still } from './support/look-at-states.ts';
import { states } from './support/states.ts';

/** Between the widths that every state is looked at in, only the frames differ. */
const frames = ['sign-in', "customer's conversation", 'inbox with a dialog', 'people', 'storage'];

describeStates([
  {
    title: '360 wide, Russian',
    options: { viewport: { width: 360, height: 740 }, ...phone, ...still, language: 'ru' },
  },
  { title: '768 wide, Russian', options: { viewport: { width: 768, height: 1024 }, language: 'ru' }, only: frames },
  {
    title: '1440 wide at 200 %, Russian, with motion',
    options: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, language: 'ru' },
  },
  { title: '1920 wide', options: { viewport: { width: 1920, height: 1080 } }, only: frames },
]);

test('names in `frames` are states', () => {
  const names = new Set(states.map(({ name }) => name));
  expect(frames.filter((name) => !names.has(name))).toEqual([]);
});
