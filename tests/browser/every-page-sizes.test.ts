import { requireState } from './states/page-states.ts';
import { describeStates, phone, still } from './support/check-states.ts';

/** One page per layout: between the widths at which every state is checked, only these differ. */
const layouts = ['sign-in', 'customer-conversation', 'inbox-conversation', 'people', 'storage'].map(
  (name) => requireState(name).name,
);

describeStates([
  {
    title: '360 wide, Russian',
    options: { viewport: { width: 360, height: 740 }, ...phone, ...still, language: 'ru' },
  },
  { title: '768 wide, Russian', options: { viewport: { width: 768, height: 1024 }, language: 'ru' }, only: layouts },
  {
    title: '1440 wide at 200 %, Russian, with motion',
    options: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, language: 'ru' },
  },
  { title: '1920 wide', options: { viewport: { width: 1920, height: 1080 } }, only: layouts },
]);
