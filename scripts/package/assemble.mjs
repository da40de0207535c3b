import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { ROOT } from '../prepare/steps.mjs';
import { copyModules } from './copy-modules.mjs';
import { writeInventory } from './write-inventory.mjs';

/** What a server, a job and an operator need; packages come from the lock file. */
const PARTS = [
  ...['.env.example', '.next', 'CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'deploy', 'docs', 'generated'],
  ...['package.json', 'prisma', 'public', 'scripts', 'src'],
];
/** Left out of them: tests, traces of the build, pictures of documents. */
const LEFT_OUT = [
  /\.test\.tsx?$/,
  /^\.next\/(cache|trace|trace-build|types|diagnostics|build)$/,
  /^docs\/(screens|ai)$/,
];
const DEVELOPMENT_COMMANDS = ['bench', 'build', 'db:diff', 'lint', 'lint:types', 'package', 'sbom', 'start', 'test'];

/**
 * Makes the production folder at `folder`, which is emptied first.
 * @param {string} folder
 */
export async function assembleFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of PARTS.filter((name) => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter: isWanted, verbatimSymlinks: true });
  }
  await copyModules(folder);
  writeInventory(folder);
  writeManifest(folder);
}

/** Without the commands that need a development package, so that `attache` lists what works there. @param {string} folder */
function writeManifest(folder) {
  const file = join(folder, 'package.json');
  const { devDependencies, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of DEVELOPMENT_COMMANDS) delete manifest.scripts[name];
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @param {string} source */
function isWanted(source) {
  const path = relative(ROOT, source);
  return basename(path) !== '.DS_Store' && !LEFT_OUT.some((pattern) => pattern.test(path));
}
