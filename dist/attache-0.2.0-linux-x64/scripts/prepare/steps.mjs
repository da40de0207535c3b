import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process, { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { fingerprint } from './fingerprint.mjs';
import { withFolderLock } from './folder-lock.mjs';
import { checkRuntime } from './preconditions.mjs';
import { runStep, StepError } from './run-step.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Comes with npm's packages (`optionalDependencies`), at the version and with the hash of the lock file. */
const PINNED_NODE = join(ROOT, 'node_modules/.bin/node');

const GENERATED_STAMP = join(ROOT, 'generated/prisma/.attache-stamp');
const BUILD_STAMP = join(ROOT, '.next/attache-stamp');
const LOCK = join(ROOT, 'tmp/prepare.lock');
const PAGE_SOURCES = ['src/app', 'src/entities', 'src/features', 'src/shared'];
const PAGE_SETTINGS = ['next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'];

/** Installs, generates and builds what is missing or out of date, and nothing else. @param {{ pages: boolean }} needs */
export async function prepare({ pages }) {
  await alone(async () => {
    if (!isInstalled()) await install();
    await generate();
    if (pages) await buildPages();
  });
}

/** Generates and builds what is out of date; the packages are there already. */
export async function build() {
  await alone(async () => {
    await generate();
    await buildPages();
  });
}

/** @param {() => Promise<void>} work */
async function alone(work) {
  const onWait = () => process.stdout.write('Another npm command prepares this folder; waiting for it ...\n');
  await withFolderLock(LOCK, work, onWait);
}

/**
 * The Node that runs the sources: the pinned one, or the machine's where the lock file has none for its platform.
 * @throws {PreconditionError} when that is too old
 */
export function projectNode() {
  if (existsSync(PINNED_NODE)) return PINNED_NODE;
  checkRuntime();
  return process.execPath;
}

/**
 * Compares with npm's own record of what lies in node_modules, which it writes last: an interrupted or older install
 * is noticed, and one made by hand is accepted.
 */
function isInstalled() {
  const wanted = readPackages(join(ROOT, 'package-lock.json'));
  const present = readPackages(join(ROOT, 'node_modules/.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = present[path];
    // Optional packages of other platforms are not installed here.
    return found ? found.version === entry.version : entry.optional || entry.devOptional || entry.peer;
  });
}

/** @param {string} file @returns {Record<string, { version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }> | null} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

async function install() {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  // The npm that started us may not be the one on the path.
  const [command, ...first] = env.npm_execpath
    ? [env.npm_node_execpath ?? process.execPath, env.npm_execpath]
    : ['npm'];
  const npm = (/** @type {string} */ title, /** @type {string[]} */ args) =>
    runStep(title, command ?? 'npm', [...first, ...args, ...flags], {
      cwd: ROOT,
      // `npm ci` under NODE_ENV=production would leave out what building the pages needs.
      env: { ...env, NODE_ENV: 'development' },
    });
  try {
    await npm('Installing packages (the first time takes a minute or two)', ['ci']);
  } catch (error) {
    // `npm ci` is strict about a lock file written where the registry lacked packages of other platforms.
    if (!(error instanceof StepError && error.message.includes('npm ci'))) throw error;
    await npm('Installing packages, past gaps in the lock file', ['install', '--no-save']);
  }
}

async function generate() {
  const print = fingerprint(ROOT, ['prisma/schema.prisma', 'node_modules/prisma/package.json']);
  if (readStamp(GENERATED_STAMP) === print) return;
  await runStep('Generating the database client', projectNode(), ['node_modules/prisma/build/index.js', 'generate'], {
    cwd: ROOT,
    env: { ...env, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  writeStamp(GENERATED_STAMP, print);
}

async function buildPages() {
  const isSource = (/** @type {string} */ path) => !/\.test\.tsx?$/.test(path);
  const print = fingerprint(ROOT, [...PAGE_SOURCES, ...PAGE_SETTINGS], isSource);
  if (readStamp(BUILD_STAMP) === print && existsSync(join(ROOT, '.next/BUILD_ID'))) return;
  rmSync(BUILD_STAMP, { force: true });
  await runStep('Building the pages', projectNode(), ['node_modules/next/dist/bin/next', 'build'], {
    cwd: ROOT,
    env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  writeStamp(BUILD_STAMP, print);
}

/** @param {string} file */
function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** @param {string} file @param {string} content */
function writeStamp(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
