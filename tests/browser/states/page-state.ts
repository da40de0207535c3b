import type { Page } from 'playwright-core';
import type { PersonName } from '#tests/support/people.ts';
import type { TestClient } from '#tests/support/test-client.ts';

/** What the pages of an installation show: the tests' sample chats, or those of the demo installation. */
export interface SampleChats {
  /** Signs a person in through the API. */
  as: (person: PersonName) => Promise<TestClient>;
  /** Anna's conversation: photos, a PDF and a table of hers, a reply from support. */
  annaConversationId: string;
  /** Boris's conversation with an album, videos and a recording; in the demo installation only. */
  showcaseConversationId?: string;
}

/**
 * A page as somebody may find it. The browser tests check each one, `tools/screens.ts` takes its picture. Elements are
 * found by roles and attributes, since the language differs.
 */
export interface PageState {
  /** Names the test and the picture's file. */
  name: string;
  /** Whose page; null: signed out. */
  person: PersonName | null;
  path: (chats: SampleChats) => string;
  /** Selector of something visible once the page has rendered. */
  ready: string;
  /** The only widths the state exists at, in CSS pixels. */
  widths?: readonly number[];
  /** Runs before the page opens: replaces answers of the server. */
  before?: (page: Page) => Promise<unknown>;
  /** What the reader does once the page is there. */
  act?: (page: Page, chats: SampleChats) => Promise<void>;
  /** For pictures alone: still moving or loading, which the tests' checks of a page at rest would report. */
  isUnsettled?: boolean;
}

export const message = 'section[tabindex="0"] li';
export const picture = `${message} button:has(img)`;
export const row = '[data-dialog-row]';
export const modal = '[role="dialog"]';

/** A path without parameters. */
export const at = (path: string) => () => path;

/** Anna's conversation, opened by its address. */
export const annasConversation =
  (path: '/support-chat' | '/admin/support-chat') =>
  ({ annaConversationId }: SampleChats) =>
    `${path}?dialog=${annaConversationId}`;

/** Opens the page and brings it into the state. */
export async function enter(page: Page, state: PageState, chats: SampleChats): Promise<void> {
  await state.before?.(page);
  await page.goto(state.path(chats));
  await page.locator(state.ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await state.act?.(page, chats);
}
