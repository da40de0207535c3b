import { globSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { findNeededPackages } from './dependency-closure.mjs';

/** What running programs never read: types, source maps, and the headers and manuals beside Node's program. */
const UNREAD = ['**/*.map', '**/*.d.{ts,mts,cts}', 'node-linux-*/{include,share}', 'node-linux-*/CHANGELOG.md'];
/** Compilers that Next brings for the build. */
const BUILD_ONLY = ['@next/swc-*'];

/**
 * Takes out of `folder/node_modules` what production does not load: packages that are there only because an optional peer
 * asks for them, compilers, types and source maps, and of Next every file that the trace of the build does not name.
 * @param {string} folder
 */
export function pruneModules(folder) {
  const modules = join(folder, 'node_modules');
  removeUnneeded(folder);
  for (const pattern of [...UNREAD, ...BUILD_ONLY]) remove(modules, globSync(pattern, { cwd: modules }));
  keepTracedFilesOfNext(folder);
  removeEmptyFolders(modules);
  linkNode(modules);
}

/** @param {string} folder */
function removeUnneeded(folder) {
  const { packages } = readJson(join(folder, 'package-lock.json'));
  const { dependencies, optionalDependencies } = packages[''];
  const needed = findNeededPackages(packages, Object.keys({ ...dependencies, ...optionalDependencies }));
  remove(
    folder,
    Object.keys(packages).filter((path) => path !== '' && !needed.has(path)),
  );
}

/** `next build` writes which files its server and each page need. @param {string} folder */
function keepTracedFilesOfNext(folder) {
  const traced = new Set();
  for (const list of globSync('.next/**/*.nft.json', { cwd: folder })) {
    for (const file of readJson(join(folder, list)).files) traced.add(normalize(join(dirname(list), file)));
  }
  const files = globSync('node_modules/next/**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  remove(
    folder,
    files.filter((file) => !traced.has(file) && !file.endsWith('/package.json')),
  );
}

/** Of all programs of packages only Node itself is called by name. @param {string} modules */
function linkNode(modules) {
  const [program] = globSync('node-linux-*/bin/node', { cwd: modules });
  if (program === undefined) throw new Error('npm installed no Node for this platform');
  rmSync(join(modules, '.bin'), { recursive: true, force: true });
  rmSync(join(modules, '.package-lock.json'), { force: true });
  mkdirSync(join(modules, '.bin'));
  symlinkSync(join('..', program), join(modules, '.bin/node'));
}

/** @param {string} folder @param {readonly string[]} paths */
function remove(folder, paths) {
  for (const path of paths) rmSync(join(folder, path), { recursive: true, force: true });
}

/** @param {string} folder */
function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
