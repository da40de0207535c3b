import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/prepare/optional-parts.mjs';

/** Null when there is a Chromium to drive, else why the tests that need one are left out. */
export const browserAbsence: string | null =
  findChromium({ isWhole: true }) === null ? 'no Chromium: apt-get install chromium, or set CHROMIUM_PATH' : null;

/** @throws when there is none; ask `browserAbsence` first */
export function launchChromium(wish: { isWhole?: boolean } = {}): Promise<Browser> {
  const executablePath = findChromium(wish);
  if (executablePath === null) throw new Error(browserAbsence ?? '');
  return chromium.launch({
    executablePath,
    // Containers lack the namespaces of the sandbox and have a tiny /dev/shm; a test presses no key to allow sound.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
    timeout: 120_000,
  });
}
