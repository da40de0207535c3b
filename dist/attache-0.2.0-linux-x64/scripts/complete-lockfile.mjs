// Completes package-lock.json: adds the optional packages of other platforms that npm left out because the registry did
// not carry them then (`npm ci` refuses a lock file without them, on every machine), and the integrity hash wherever one
// is missing. Run it after `npm install` and commit the result; `--check` asks no registry and only tells.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const LOCK_FILE = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openbsd', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
const missing = findMissing(lock.packages);
const unhashed = findUnhashed(lock.packages);
if (process.argv.includes('--check')) {
  if (missing.length + unhashed.length > 0) {
    process.stderr.write(
      `package-lock.json lacks ${missing.length} optional packages and ${unhashed.length} integrity hashes: node scripts/complete-lockfile.mjs\n`,
    );
    process.exit(1);
  }
} else {
  complete();
}
process.stdout.write(`${missing.length} packages and ${unhashed.length} hashes were missing\n`);

function complete() {
  for (const { path, entry } of missing) lock.packages[path] = entry;
  for (const path of [...unhashed, ...missing.map((found) => found.path)]) {
    const entry = lock.packages[path];
    entry.integrity = readIntegrity(`${nameOf(path)}@${entry.version}`);
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
}

/** @param {string} spec such as "sharp@0.35.5" @returns {string} */
function readIntegrity(spec) {
  const integrity = execFileSync('npm', ['view', spec, 'dist.integrity'], { encoding: 'utf8' }).trim();
  if (!/^sha512-/.test(integrity)) throw new Error(`The registry gives no SHA-512 of ${spec}`);
  return integrity;
}

/** Paths of entries that npm would install without comparing a hash. @param {Record<string, any>} packages */
function findUnhashed(packages) {
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.link && !entry.inBundle && !entry.integrity)
    .map(([path]) => path);
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
/** @param {Record<string, any>} packages */
function findMissing(packages) {
  const found = new Map();
  for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isResolved(packages, parent, name)) continue;
      // An exact version is all we can vouch for; a range would need the registry.
      if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) throw new Error(`${name}@${version} of ${parent} is not exact`);
      found.set(`node_modules/${name}`, { version, ...platformOf(name), ...(dev && { dev }), optional: true });
    }
  }
  return [...found].map(([path, entry]) => ({ path, entry }));
}

/** Node's own look-up: beside the parent's dependencies, then outwards. @param {Record<string, any>} packages @param {string} parent @param {string} name */
function isResolved(packages, parent, name) {
  for (let at = parent; ; ) {
    if (`${at && `${at}/`}node_modules/${name}` in packages) return true;
    if (at === '') return false;
    const outer = at.lastIndexOf('/node_modules/');
    at = outer < 0 ? '' : at.slice(0, outer);
  }
}

/** These packages carry their platform in their name; npm skips those of other platforms by it. @param {string} name */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const system = words.find((word) => SYSTEMS.includes(word));
  const processor = words.find((word) => PROCESSORS.includes(word));
  const libc = words.includes('musl') ? 'musl' : words.some((word) => word.startsWith('gnu')) ? 'glibc' : null;
  return {
    ...(processor && { cpu: [processor] }),
    ...(system && { os: [system] }),
    ...(libc && system === 'linux' && { libc: [libc] }),
  };
}
