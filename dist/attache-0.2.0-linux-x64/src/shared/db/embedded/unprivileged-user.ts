import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './postgres-binaries.ts';

/** How to run a program that refuses root: a prefix for its command line, or the user to become. */
export type RunAs = { readonly prefix: readonly string[]; readonly uid?: number; readonly gid?: number };

/** What the programs get to see of the environment: none of the settings, no secret, no locale of the operator's. */
export function commandEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return { NODE_ENV: 'production', PATH, LC_ALL: 'C', ...extra };
}

type Account = { readonly uid: number; readonly gid: number };

/**
 * PostgreSQL refuses to run as root. As root we prefer a user namespace: files stay root's own, and folders only root
 * may enter (a fresh clone under `mktemp -d`) stay within reach. Where the kernel or a container forbids namespaces,
 * a plain system user does, if it can reach the files.
 * `folder` is the cluster's own folder: an existing one decides by its owner, so that a cluster keeps its user.
 * @throws EmbeddedPostgresError when neither way works
 */
export function chooseUnprivilegedUser(folder: string, binary: string): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = ownerOf(folder);
  if (owner && owner.uid !== 0) return { prefix: [], ...owner };
  const account = findSystemAccount();
  const namespace = ['unshare', '--user', `--map-user=${account?.uid ?? 1000}`, `--map-group=${account?.gid ?? 1000}`];
  if (runs([...namespace, binary, '--version'])) return { prefix: namespace };
  if (account && [dirname(folder), dirname(binary)].every((path) => isReachable(path, account))) {
    return { prefix: [], ...account };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and no other user can reach ${dirname(folder)}: ` +
      'run as a user who is not root, move the project and DATA_DIR to a folder open to others, or set DATABASE_URL.',
  );
}

/** Gives the folder and all in it to the user who will run the cluster, unless it is theirs. */
export function handOver(folder: string, runAs: RunAs): void {
  if (runAs.uid === undefined || runAs.gid === undefined || ownerOf(folder)?.uid === runAs.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), runAs.uid, runAs.gid);
  }
  // Last, because it is what tells whose the cluster is: an interrupted change is done again.
  chownSync(folder, runAs.uid, runAs.gid);
}

function ownerOf(folder: string): Account | null {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat ? { uid: stat.uid, gid: stat.gid } : null;
}

/** initdb looks up the name of the user it runs as, so the user must be listed. */
function findSystemAccount(): Account | null {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  return null;
}

function isReachable(path: string, account: Account): boolean {
  for (let at = path; ; at = dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    const shift = stat?.uid === account.uid ? 6 : stat?.gid === account.gid ? 3 : 0;
    if (stat && ((stat.mode >> shift) & 1) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function runs([command = '', ...args]: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', env: commandEnvironment(), timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
