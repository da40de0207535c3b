import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import sharp from 'sharp';
import { type Screen, screens } from './screens-list.ts';

/**
 * Photographs each page and state of a running demo installation, in both widths, themes and languages, so that a
 * change of looks is looked at. `npm start` first.
 */
const help = `node tools/screens.ts [--url http://127.0.0.1:3000] [--out docs/screens] [--only NAME[,NAME…]] [--chromium /usr/bin/chromium]
Needs a running installation with the demo accounts. Writes NAME.WIDTH.THEME.LANGUAGE.webp.`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    out: { type: 'string', default: 'docs/screens' },
    only: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    help: { type: 'boolean', default: false },
  },
});

const demoPassword = 'attache-demo';
const variants = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
].flatMap((size) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    [
      { locale: 'en', language: 'en-GB' },
      { locale: 'ru', language: 'ru-RU' },
    ].map((words) => ({ ...size, theme, ...words })),
  ),
);
type Variant = (typeof variants)[number];
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signIn(browser: Browser, account: string): Promise<Session> {
  const context = await browser.newContext();
  const response = await context.request.post(`${values.url}/api/auth/sign-in/email`, {
    headers: { origin: values.url },
    data: { email: `${account}@demo.test`, password: demoPassword },
  });
  if (!response.ok())
    throw new Error(`${account} could not sign in (${response.status()}). Is this a demo installation?`);
  const session = await context.storageState();
  await context.close();
  return session;
}

async function shoot(
  browser: Browser,
  screen: Screen,
  variant: Variant,
  session: Session | undefined,
): Promise<Buffer> {
  const { width, height, theme, language } = variant;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: language,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    hasTouch: width < 600,
    isMobile: width < 600,
    ...(session ? { storageState: session } : {}),
  });
  try {
    const page = await context.newPage();
    await screen.before?.(page);
    await page.goto(values.url + screen.path, { waitUntil: 'load' });
    if (screen.ready) await page.locator(screen.ready).first().waitFor({ state: 'visible' });
    await page.evaluate(() => document.fonts.ready);
    await screen.act?.(page);
    // Pictures decode after their bytes are there, and nothing announces it.
    await page.waitForTimeout(600);
    return await page.screenshot();
  } finally {
    await context.close();
  }
}

async function main(): Promise<void> {
  const only = values.only?.split(',');
  const chosen = screens.filter(({ name }) => !only || only.includes(name));
  await mkdir(values.out, { recursive: true });
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
  const sessions = new Map<string, Session>();
  let written = 0;
  try {
    for (const screen of chosen) {
      if (screen.as && !sessions.has(screen.as)) sessions.set(screen.as, await signIn(browser, screen.as));
      for (const variant of variants.filter(({ width }) => !screen.widths || screen.widths.includes(width))) {
        const png = await shoot(browser, screen, variant, screen.as ? sessions.get(screen.as) : undefined);
        const name = `${screen.name}.${variant.width}.${variant.theme}.${variant.locale}.webp`;
        await writeFile(join(values.out, name), await sharp(png).webp({ quality: 78 }).toBuffer());
        written += 1;
      }
      process.stderr.write(`${screen.name}\n`);
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(`${JSON.stringify({ screens: chosen.length, written, out: values.out })}\n`);
}

if (values.help) process.stdout.write(`${help}\n`);
else await main();
