// Plain JavaScript, Node's own modules only: this runs on the Node the machine has, before anything is installed.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One hash over the contents of files and folders. Contents, not dates: a fresh clone, a branch switched back and
 * forth or a touched file must not cost a build.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`; missing ones count as missing
 * @param {(path: string) => boolean} [isRelevant]
 */
export function fingerprint(root, paths, isRelevant = () => true) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesOf(root, path)) {
      if (!isRelevant(file)) continue;
      const content = readFileSync(join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** @param {string} root @param {string} path @returns {string[]} */
function filesOf(root, path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  const entries = readdirSync(join(root, path)).sort();
  return entries.flatMap((entry) => filesOf(root, `${path}/${entry}`));
}
