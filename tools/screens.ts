import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import sharp from 'sharp';
import type { PersonName } from '#tests/support/people.ts';
import type { Screen } from './screen.ts';
import { type Demo, furnishDemo } from './screens-demo.ts';
import { screens } from './screens-list.ts';

/**
 * Photographs each page and state of a running demo installation, in both widths, themes and languages, so that a
 * change of looks is looked at. `npm start` first.
 */
const help = `node tools/screens.ts [--url http://127.0.0.1:3000] [--out docs/screens] [--only NAME[,NAME…]] [--chromium /usr/bin/chromium]
Needs a running installation with the demo accounts, and adds a conversation of Boris's to it. Writes NAME.WIDTH.THEME.LANGUAGE.webp.`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    out: { type: 'string', default: 'docs/screens' },
    only: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    help: { type: 'boolean', default: false },
  },
});

const variants = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
].flatMap((size) =>
  [
    { locale: 'en', language: 'en-GB' },
    { locale: 'ru', language: 'ru-RU' },
  ].map((words) => ({ ...size, ...words })),
);
const themes = ['light', 'dark'] as const;
type Variant = (typeof variants)[number];
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

async function sessionOf(person: PersonName, demo: Demo): Promise<Session> {
  const { cookie } = await demo.as(person);
  const cookies = (cookie ?? '').split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  const { hostname: domain } = new URL(values.url);
  const rest = { domain, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const };
  return { cookies: cookies.map((one) => ({ ...one, ...rest })), origins: [] };
}

/** One visit, both themes: the colours follow the system's. */
async function shoot(browser: Browser, screen: Screen, variant: Variant, demo: Demo): Promise<void> {
  const { width, height, language, locale } = variant;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    hasTouch: width < 600,
    isMobile: width < 600,
    ...(screen.as ? { storageState: await sessionOf(screen.as, demo) } : {}),
  });
  try {
    const page = await context.newPage();
    await screen.before?.(page);
    const path = typeof screen.path === 'string' ? screen.path : screen.path(demo);
    await page.goto(values.url + path, { waitUntil: 'load' });
    if (screen.ready) await page.locator(screen.ready).first().waitFor({ state: 'visible' });
    await page.evaluate(() => document.fonts.ready);
    await screen.act?.(page, demo);
    // Pictures decode after their bytes are there, and nothing announces it.
    await page.waitForTimeout(600);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      // Elements that inherit a colour and fade it themselves follow one after the other, a frame each.
      await page.waitForTimeout(300);
      const picture = await sharp(await page.screenshot())
        .webp({ quality: 78 })
        .toBuffer();
      await writeFile(join(values.out, `${screen.name}.${width}.${theme}.${locale}.webp`), picture);
    }
  } finally {
    await context.close();
  }
}

async function main(): Promise<void> {
  const only = values.only?.split(',');
  const chosen = screens.filter(({ name }) => !only || only.includes(name));
  await mkdir(values.out, { recursive: true });
  const demo = await furnishDemo(values.url);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
  const failed: string[] = [];
  try {
    for (const screen of chosen) {
      for (const variant of variants.filter(({ width }) => !screen.widths || screen.widths.includes(width))) {
        const title = `${screen.name}.${variant.width}.${variant.locale}`;
        await shoot(browser, screen, variant, demo).catch((error: unknown) => {
          failed.push(title);
          process.stderr.write(`${title}: ${error}\n`);
        });
      }
      process.stderr.write(`${screen.name}\n`);
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(`${JSON.stringify({ screens: chosen.length, failed, out: values.out })}\n`);
  // One state that cannot be reached does not keep the others from being looked at.
  if (failed.length > 0) process.exitCode = 1;
}

if (values.help) process.stdout.write(`${help}\n`);
else await main();
