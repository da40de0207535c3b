import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';

const LOOK_AGAIN_MS = 250;

/**
 * Runs `work` while no other process on this machine does so under the same file: two `npm start` at once would install
 * into each other's node_modules. Whoever holds it is named in the file; a holder that is gone no longer counts.
 * @template Result
 * @param {string} file
 * @param {() => Promise<Result>} work
 * @param {() => void} onWait called once, when another process has to be waited for
 * @returns {Promise<Result>}
 */
export async function withFolderLock(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  let hasWaited = false;
  while (!take(file)) {
    if (!hasWaited) onWait();
    hasWaited = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  const release = () => rmSync(file, { force: true });
  // An interrupted step ends the process there and then.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  if (!isHeld(file)) rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function isHeld(file) {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    // Between its making and its first byte the file is empty: somebody is about to hold it.
    if (holder === 0) return true;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
