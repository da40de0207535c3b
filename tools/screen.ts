import type { Page } from 'playwright-core';
import type { PersonName } from '#tests/support/people.ts';
import type { Demo } from './screens-demo.ts';

export interface Screen {
  name: string;
  path: string | ((demo: Demo) => string);
  /** Demo account; nobody otherwise. */
  as?: PersonName;
  /** Visible when the page has drawn itself. */
  ready?: string;
  widths?: readonly number[];
  /** Before the page is opened: answers to give instead of the server. */
  before?: (page: Page) => Promise<void>;
  /** What the reader does before the picture is taken. */
  act?: (page: Page, demo: Demo) => Promise<void>;
}

export const message = 'section[tabindex="0"] li';
export const modal = '[role="dialog"]';
