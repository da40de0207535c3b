import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { withFolderLock } from './folder-lock.mjs';

const program = `import { appendFileSync } from 'node:fs';
  import { withFolderLock } from ${JSON.stringify(join(import.meta.dirname, 'folder-lock.mjs'))};
  const [lock, log] = process.argv.slice(1);
  await withFolderLock(lock, async () => {
    appendFileSync(log, 'in ');
    await new Promise((resolve) => setTimeout(resolve, 300));
    appendFileSync(log, 'out ');
  }, () => {});`;

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'attache-lock-'));
  return { lock: join(folder, 'tmp/lock'), log: join(folder, 'log') };
}

test('two starts in one folder prepare it one after the other', async () => {
  const { lock, log } = newFolder();
  const run = () => spawn(process.execPath, ['--input-type=module', '-e', program, lock, log], { stdio: 'inherit' });
  await Promise.all([run(), run(), run()].map((child) => once(child, 'exit')));
  expect(readFileSync(log, 'utf8')).toBe('in out in out in out ');
  expect(existsSync(lock)).toBe(false);
});

test('a start that was killed while it prepared the folder does not hold up the next one', async () => {
  const { lock } = newFolder();
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  await withFolderLock(
    lock,
    async () => {},
    () => {},
  );
  writeFileSync(lock, String(gone));
  let waited = 0;
  const done = await withFolderLock(
    lock,
    async () => 'done',
    () => {
      waited += 1;
    },
  );
  expect([done, waited, existsSync(lock)]).toEqual(['done', 1, false]);
});

test('what fails while the folder is held lets go of it', async () => {
  const { lock } = newFolder();
  const failing = withFolderLock(
    lock,
    () => Promise.reject(new Error('no network')),
    () => {},
  );
  await expect(failing).rejects.toThrow('no network');
  expect(existsSync(lock)).toBe(false);
});
