import { accountStates } from './account-states.ts';
import { customerStates } from './customer-states.ts';
import { fileStates } from './file-states.ts';
import { lightboxStates } from './lightbox-states.ts';
import type { PageState } from './page-state.ts';
import { staffStates } from './staff-states.ts';

/** Every page in every state worth looking at: the one list of the browser tests and of the screenshots. */
export const pageStates: readonly PageState[] = [
  ...accountStates,
  ...customerStates,
  ...staffStates,
  ...lightboxStates,
  ...fileStates,
];

/** @throws when the list has no state of that name */
export function requireState(name: string): PageState {
  const state = pageStates.find((candidate) => candidate.name === name);
  if (!state) throw new Error(`No page state is named ${name}`);
  return state;
}
