import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../prepare/steps.mjs';
import { findNeededPackages } from './dependency-closure.mjs';

/** What running programs never read: types, source maps, and the headers and manuals beside Node's program. */
const UNREAD = ['**/*.map', '**/*.d.{ts,mts,cts}', 'node-linux-*/{include,share}', 'node-linux-*/CHANGELOG.md'];
/** Compilers and their data that Next and tRPC ask for, Prisma's support of other databases, builds for browsers. */
const UNUSED = [
  ...['@next/swc-*', '@types', 'caniuse-lite', 'typescript'],
  // The pages have their pdf.js in their bundles; the server draws with the build for Node.
  'pdfjs-dist/{build,image_decoders,types,web,legacy/image_decoders,legacy/web}',
  '@prisma/client/runtime/query_compiler_*.{cockroachdb,mysql,sqlite,sqlserver}.*',
];

/** The front of Next that a program of one's own calls; the trace of the build begins behind it. */
const NEXT_ENTRY = 'node_modules/next/dist/server/next.js';
/** Named, not loaded, when a configuration is read. */
const NAMED_BY_NEXT = 'node_modules/next/dist/compiled/webpack/';
/** The front can load these, but not in production; of its own servers the trace of the build names the one in use. */
const NOT_IN_PRODUCTION = /\/next\/dist\/(docs|server\/dev|compiled\/(babel|next-devtools|next-server))/;

/**
 * Copies into `folder/node_modules` what production loads of the packages installed in the project, whose hashes npm has
 * compared with the lock file. Left out: packages of the development, packages that only an optional peer asks for,
 * compilers, types and source maps, and of Next every file that no trace names.
 * @param {string} folder which has the pages of `next build` already
 */
export async function copyModules(folder) {
  const modules = join(folder, 'node_modules');
  for (const path of listNeededPackages()) copyPackage(path, folder);
  for (const pattern of [...UNREAD, ...UNUSED]) remove(modules, globSync(pattern, { cwd: modules }));
  await keepTracedFilesOfNext(folder);
  removeEmptyFolders(modules);
  linkNode(modules);
}

/** Of the packages for other platforms there is no folder. */
function listNeededPackages() {
  const { packages } = readJson(join(ROOT, 'package-lock.json'));
  const { dependencies, optionalDependencies } = packages[''];
  const needed = findNeededPackages(packages, Object.keys({ ...dependencies, ...optionalDependencies }));
  return [...needed].filter((path) => existsSync(join(ROOT, path)));
}

/** @param {string} path such as "node_modules/a/node_modules/b"; what lies nested in it is a package of its own @param {string} folder */
function copyPackage(path, folder) {
  const source = join(ROOT, path);
  const isOwn = (/** @type {string} */ file) => !file.slice(source.length).includes('/node_modules');
  cpSync(source, join(folder, path), { recursive: true, filter: isOwn, verbatimSymlinks: true });
}

/** `next build` writes which files its server and each page need. @param {string} folder */
async function keepTracedFilesOfNext(folder) {
  const { nodeFileTrace } = createRequire(import.meta.url)('next/dist/compiled/@vercel/nft');
  const isIgnored = (/** @type {string} */ path) => NOT_IN_PRODUCTION.test(`/${path}`);
  const { fileList: traced } = await nodeFileTrace([join(folder, NEXT_ENTRY)], {
    base: folder,
    processCwd: folder,
    ignore: isIgnored,
  });
  for (const list of globSync('.next/**/*.nft.json', { cwd: folder })) {
    for (const file of readJson(join(folder, list)).files) traced.add(normalize(join(dirname(list), file)));
  }
  const files = globSync('node_modules/next/**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  remove(
    folder,
    files.filter((file) => !traced.has(file) && !file.startsWith(NAMED_BY_NEXT) && !file.endsWith('/package.json')),
  );
}

/** Of all programs of packages only Node itself is called by name. @param {string} modules */
function linkNode(modules) {
  const [program] = globSync('node-linux-*/bin/node', { cwd: modules });
  if (program === undefined) throw new Error('The lock file pins no Node for this platform');
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
