import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { PersonName } from '#tests/support/people.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { startTestServer, type TestServer, type TestServerOverrides } from '#tests/support/test-server.ts';
import { browserAbsence, launchChromium } from './chromium.ts';

const outputFolder = join(import.meta.dirname, '../.output');

/** TEST_CPU_SLOWDOWN=6 makes pages six times slower. A test that fails then depends on timing, not on a condition. */
const cpuSlowdown = Number(process.env.TEST_CPU_SLOWDOWN ?? 1);

export interface OpenOptions extends BrowserContextOptions {
  /** The page to open; default: a blank page. */
  path?: string;
  theme?: 'light' | 'dark';
  language?: 'en' | 'ru';
}

export interface Stage {
  readonly url: string;
  readonly server: TestServer;
  readonly browser: Browser;
  /** A new browser context, signed in as that user (null: signed out), closed when the test ends. */
  open(person: PersonName | null, options?: OpenOptions): Promise<Page>;
}

/** `isWhole`: the full Chromium instead of the headless shell, for features the shell lacks. */
export type StageOverrides = TestServerOverrides & { isWhole?: boolean };

/** Like `describe`; reported as skipped where Chromium is not installed. */
export function describeInBrowser(title: string, tests: () => void): void {
  describe.skipIf(browserAbsence !== null)(browserAbsence === null ? title : `${title} (${browserAbsence})`, tests);
}

/**
 * A server with pages and a Chromium for the tests of this file or `describe`. After each test, pages must have no script
 * errors; a failed test leaves screenshots in `.output`.
 */
export function useStage({ isWhole = false, ...overrides }: StageOverrides = {}): Stage {
  let server: TestServer | undefined;
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const scriptErrors: string[] = [];

  beforeAll(async () => {
    server = await startTestServer({ pages: true, ...overrides });
    browser = await launchChromium({ isWhole });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async ({ task }) => {
    const open = contexts.splice(0);
    const errors = scriptErrors.splice(0);
    if (task.result?.state === 'fail') await photograph(open, task.name);
    await Promise.all(open.map((context) => context.close()));
    expect(errors, 'errors in the scripts of the pages').toEqual([]);
  });

  const stage = {
    get url() {
      return stage.server.url;
    },
    get server() {
      if (!server) throw new Error('The server of useStage() is available in tests and hooks only.');
      return server;
    },
    get browser() {
      if (!browser) throw new Error('The browser of useStage() is available in tests and hooks only.');
      return browser;
    },
    async open(person: PersonName | null, options: OpenOptions = {}) {
      const context = await openContext(stage.browser, stage.url, options);
      contexts.push(context);
      context.on('weberror', (error) => scriptErrors.push(String(error.error())));
      // A blocked resource of ours breaks a page as much as a script error.
      context.on('console', (line) => {
        if (line.text().includes('Content Security Policy')) scriptErrors.push(line.text());
      });
      if (person) await addSession(context, await stage.server.as(person));
      const page = await context.newPage();
      if (cpuSlowdown > 1) {
        const session = await context.newCDPSession(page);
        await session.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
      }
      if (options.path) {
        await page.goto(options.path);
        if (options.javaScriptEnabled !== false) await untilAwake(page);
      }
      return page;
    },
  };
  return stage;
}

/** Waits until React has hydrated the page; input before that would be lost. */
export async function untilAwake(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const part = document.querySelector('main') ?? document.body;
    return Object.keys(part).some((key) => key.startsWith('__reactProps'));
  });
}

async function openContext(browser: Browser, url: string, options: OpenOptions): Promise<BrowserContext> {
  const { path: _path, theme = 'light', language = 'en', ...rest } = options;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: theme,
    ...rest,
  });
  // Tests wait for conditions; this is only the time a busy machine may need.
  context.setDefaultTimeout(45_000);
  return context;
}

async function addSession(context: BrowserContext, client: TestClient): Promise<void> {
  const cookies = (client.cookie ?? '').split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: client.url, httpOnly: true };
  });
  await context.addCookies(cookies);
}

async function photograph(contexts: readonly BrowserContext[], test: string): Promise<void> {
  await mkdir(outputFolder, { recursive: true });
  const name = test.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80);
  const pages = contexts.flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    await page.screenshot({ path: join(outputFolder, `${name}.${index}.png`), timeout: 15_000 }).catch(() => undefined);
  }
}
