import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/prepare/optional-parts.mjs';

/** Null when Chromium is installed, else why tests that need it are skipped. */
export const browserAbsence: string | null =
  findChromium({ isWhole: true }) === null ? 'no Chromium: apt-get install chromium, or set CHROMIUM_PATH' : null;

/** @throws when not installed; check `browserAbsence` first */
export function launchChromium(wish: { isWhole?: boolean } = {}): Promise<Browser> {
  const executablePath = findChromium(wish);
  if (executablePath === null) throw new Error(browserAbsence ?? '');
  return chromium.launch({
    executablePath,
    // Containers lack the namespaces of the sandbox and have a tiny /dev/shm; tests make no gesture that would allow sound.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
    timeout: 120_000,
  });
}
