// `npm test [-- FILTER...]`: installs and builds what is missing, runs every part of the tests, names what was left out.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { env } from 'node:process';
import { absentParts } from './prepare/optional-parts.mjs';
import { checkNode, PreconditionError } from './prepare/preconditions.mjs';
import { StepError } from './prepare/run-step.mjs';
import { prepare, projectNode, ROOT } from './prepare/steps.mjs';

process.chdir(ROOT);
const args = process.argv.slice(2);
const absent = absentParts();
const hasBrowser = !absent.some((part) => part.name === 'browser');
try {
  checkNode();
  await prepare({ pages: hasBrowser && matchesBrowserTests(args) });
} catch (error) {
  if (!(error instanceof PreconditionError || error instanceof StepError)) throw error;
  process.stderr.write(`${error.message}\n0 passed, 1 failed\n`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'attache-test-report-'));
const code = await runVitest(join(folder, 'report.json'));
const counts = readCounts(join(folder, 'report.json'), code);
rmSync(folder, { recursive: true, force: true });
const missed = summarise(counts);
process.exit(counts.failed > 0 || missed ? 1 : 0);

/** @param {readonly string[]} args */
function matchesBrowserTests(args) {
  const filters = args.filter((arg) => !arg.startsWith('-'));
  const files = (
    existsSync('tests/browser') ? readdirSync('tests/browser', { recursive: true, encoding: 'utf8' }) : []
  ).map((file) => `tests/browser/${file}`);
  return filters.length === 0 || files.some((file) => filters.some((filter) => file.includes(filter)));
}

/** @param {string} report @returns {Promise<number>} */
function runVitest(report) {
  const projects = ['unit', 'integration', 'storage', 'ops', ...(hasBrowser ? ['browser'] : []), 'timed'];
  const vitest = spawn(
    projectNode(),
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...args,
    ],
    { cwd: ROOT, env: { ...env, NODE_ENV: 'test' }, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => vitest.kill(signal));
  return new Promise((resolve) => {
    vitest.once('exit', (status, signal) => resolve(status ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
}

/**
 * @param {string} report @param {number} code
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
function readCounts(report, code) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const file of testResults) {
      for (const { status } of file.assertionResults) {
        counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
      }
      // A file that could not be loaded has failed without a test to its name.
      const hasFailedTest = file.assertionResults.some(
        (/** @type {{ status: string }} */ test) => test.status === 'failed',
      );
      if (file.status === 'failed' && !hasFailedTest) counts.failed += 1;
    }
    // An error outside of any test (a promise nobody awaited) shows in the exit code alone.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Names what was left out, and whether that was forbidden (TEST_REQUIRE=browser,s3 on a machine that has them). */
function summarise(/** @type {{ passed: number, failed: number, skipped: number }} */ counts) {
  const required = (env.TEST_REQUIRE ?? '').split(',').filter(Boolean);
  const missed = absent.filter((part) => required.includes(part.name));
  for (const { title, remedy } of absent) process.stdout.write(`Skipped: ${title} (${remedy})\n`);
  for (const { name } of missed) process.stdout.write(`Failed: ${name} is required here and is absent\n`);
  const parts = [`${counts.passed} passed`, `${counts.failed + missed.length} failed`];
  if (counts.skipped > 0) parts.push(`${counts.skipped} skipped`);
  process.stdout.write(`${parts.join(', ')}\n`);
  return missed.length > 0;
}
