import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import process, { env } from 'node:process';

const DATABASE_TIMEOUT_MS = 4_000;

/** Something the operator can mend: one line, exit 1. */
export class PreconditionError extends Error {}

/** `.env` in the project's folder; what the environment already says wins. @param {string} root */
export function loadDotEnv(root) {
  try {
    process.loadEnvFile(join(root, '.env'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
}

/**
 * What would make a start fail anyway, asked before two minutes go into installing and building. The server's own
 * checks have the last word; these need nothing installed.
 * @throws {PreconditionError}
 */
export async function checkPreconditions() {
  checkNode();
  await checkPort(env.HOST || '127.0.0.1', Number(env.PORT || 3000));
  checkDataDir(resolve(env.DATA_DIR || '.data'));
  if (env.DATABASE_URL) await checkDatabase(env.DATABASE_URL);
}

/** What installing and building start from; the product itself runs on the pinned Node. @throws {PreconditionError} */
export function checkNode() {
  if (isAtLeast(20, 19)) return;
  throw new PreconditionError(`Node ${process.versions.node} is too old: Attaché needs Node 20.19 or newer with npm.`);
}

/** Node runs TypeScript as it is from 22.18 on; tested on 24.21 and 22.23. @throws {PreconditionError} */
export function checkRuntime() {
  if (isAtLeast(22, 18)) return;
  throw new PreconditionError(
    `Node ${process.versions.node} cannot run Attaché. "npm ci" brings the right Node for Linux (x64, arm64) and macOS; elsewhere install Node 22.18 or newer.`,
  );
}

/** @param {number} major @param {number} minor */
function isAtLeast(major, minor) {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** @param {string} host @param {number} port */
async function checkPort(host, port) {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new PreconditionError(`PORT is "${env.PORT}": give a number from 0 to 65535.`);
  }
  await new Promise((settle, reject) => {
    const probe = createServer();
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program: stop it, or set PORT to a free one.'
          : `cannot be used (${error.code ?? error.message}): choose another HOST or PORT.`;
      reject(new PreconditionError(`Port ${port} on ${host} ${reason}`));
    });
    probe.listen(port, host, () => probe.close(settle));
  });
}

/** @param {string} folder */
function checkDataDir(folder) {
  const probe = join(folder, `.write-test-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const reason = /** @type {NodeJS.ErrnoException} */ (error).code ?? String(error);
    throw new PreconditionError(`DATA_DIR ${folder} cannot be written (${reason}): choose another folder.`);
  }
}

/** @param {string} databaseUrl */
async function checkDatabase(databaseUrl) {
  if (!URL.canParse(databaseUrl))
    throw new PreconditionError('DATABASE_URL is not an address: postgresql://user:password@host:5432/name');
  const { hostname, port, searchParams } = new URL(databaseUrl);
  // A socket folder is named in the query; the server itself will tell.
  if (hostname === '' || searchParams.has('host')) return;
  const where = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5432) };
  await new Promise((settle, reject) => {
    const socket = connect(where, () => settle(socket.destroy()));
    const fail = (/** @type {string} */ reason) => {
      socket.destroy();
      reject(
        new PreconditionError(
          `The database at ${where.host}:${where.port} cannot be reached (${reason}): check DATABASE_URL.`,
        ),
      );
    };
    socket.once('error', (/** @type {NodeJS.ErrnoException} */ error) => fail(error.code ?? error.message));
    socket.setTimeout(DATABASE_TIMEOUT_MS, () => fail('no answer'));
  });
}
