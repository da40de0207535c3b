import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { enter, type PageState, type SampleChats } from '#tests/browser/states/page-state.ts';
import { pageStates } from '#tests/browser/states/page-states.ts';
import type { PersonName } from '#tests/support/people.ts';
import { createDemoChats } from './demo-chats.ts';

/** Takes a picture of every page state, in both widths, themes and languages. */
const help = `node tools/screens.ts [--url http://127.0.0.1:3000] [--out tmp/screens] [--only NAME[,NAME…]] [--refresh] [--chromium /usr/bin/chromium]
Needs a running installation with the demo accounts (npm start) and adds a conversation of Boris's to it.
Writes NAME.WIDTH.THEME.LANGUAGE.webp. --refresh writes only pictures that exist in --out already: for docs/screens.`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    out: { type: 'string', default: 'tmp/screens' },
    only: { type: 'string' },
    refresh: { type: 'boolean', default: false },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    help: { type: 'boolean', default: false },
  },
});

const themes = ['light', 'dark'] as const;
const variants = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
].flatMap((size) => [
  { ...size, language: 'en', locale: 'en-GB' },
  { ...size, language: 'ru', locale: 'ru-RU' },
]);
type Variant = (typeof variants)[number];
type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A visit: one state in one width and language, and the files to write, by theme. */
interface Visit {
  state: PageState;
  variant: Variant;
  files: { theme: (typeof themes)[number]; name: string }[];
}

function planVisits(isWanted: (file: string) => boolean): Visit[] {
  const visits = pageStates.flatMap((state) =>
    variants
      .filter(({ width }) => state.widths?.includes(width) ?? true)
      .map((variant) => {
        const nameOf = (theme: string) => `${state.name}.${variant.width}.${theme}.${variant.language}.webp`;
        return { state, variant, files: themes.map((theme) => ({ theme, name: nameOf(theme) })) };
      }),
  );
  return visits
    .map((visit) => ({ ...visit, files: visit.files.filter(({ name }) => isWanted(name)) }))
    .filter(({ files }) => files.length > 0);
}

async function signedIn(person: PersonName, chats: SampleChats): Promise<StorageState> {
  const { cookie } = await chats.as(person);
  const { hostname: domain } = new URL(values.url);
  const attributes = { domain, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const };
  const cookies = (cookie ?? '').split('; ').map((pair) => {
    const split = pair.indexOf('=');
    return { name: pair.slice(0, split), value: pair.slice(split + 1), ...attributes };
  });
  return { cookies, origins: [] };
}

async function takePictures(browser: Browser, { state, variant, files }: Visit, chats: SampleChats): Promise<void> {
  const { width, height, locale } = variant;
  const context = await browser.newContext({
    baseURL: values.url,
    viewport: { width, height },
    locale,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    hasTouch: width < 600,
    isMobile: width < 600,
    ...(state.person ? { storageState: await signedIn(state.person, chats) } : {}),
  });
  try {
    const page = await context.newPage();
    await enter(page, state, chats);
    // Images decode after their bytes have arrived, and no event says so.
    await page.waitForTimeout(600);
    for (const { theme, name } of files) await takePicture(page, theme, join(values.out, name));
  } finally {
    await context.close();
  }
}

async function takePicture(page: Page, theme: (typeof themes)[number], file: string): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  // Nested elements with a colour transition of their own follow one after the other, a frame each.
  await page.waitForTimeout(300);
  const picture = await sharp(await page.screenshot())
    .webp({ quality: 78 })
    .toBuffer();
  await writeFile(file, picture);
}

async function main(): Promise<void> {
  await mkdir(values.out, { recursive: true });
  const only = values.only?.split(',');
  const existing = values.refresh ? await readdir(values.out) : null;
  const visits = planVisits((file) => existing?.includes(file) ?? true).filter(
    ({ state }) => only?.includes(state.name) ?? true,
  );
  const chats = await createDemoChats(values.url);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
  const failed: string[] = [];
  try {
    for (const visit of visits) {
      const title = `${visit.state.name}.${visit.variant.width}.${visit.variant.language}`;
      process.stderr.write(`${title}\n`);
      await takePictures(browser, visit, chats).catch((error: unknown) => {
        failed.push(title);
        process.stderr.write(`${title}: ${error}\n`);
      });
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(`${JSON.stringify({ visits: visits.length, failed, out: values.out })}\n`);
  if (failed.length > 0) process.exitCode = 1;
}

if (values.help) process.stdout.write(`${help}\n`);
else await main();
