/**
 * @typedef {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   devDependencies?: Record<string, string>, peerDependencies?: Record<string, string>,
 *   peerDependenciesMeta?: Record<string, { optional?: boolean }> }} LockEntry
 */

/**
 * Paths of all packages that `roots` need, themselves included, by the lock file: their dependencies, optional ones, and
 * the peers they cannot do without. npm also installs peers that are optional, as soon as any package wants them.
 * @param {Record<string, LockEntry>} packages of package-lock.json
 * @param {readonly string[]} roots names of packages
 * @returns {Set<string>} keys of `packages`
 */
export function findNeededPackages(packages, roots) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} parent @param {string} name */
  const visit = (parent, name) => {
    const path = resolvePackage(packages, parent, name);
    if (path === null || found.has(path)) return;
    found.add(path);
    for (const needed of namesNeededBy(packages[path] ?? {})) visit(path, needed);
  };
  for (const name of roots) visit('', name);
  return found;
}

/** @param {LockEntry} entry */
function namesNeededBy({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers];
}

/**
 * Node's own look-up: beside the parent's dependencies, then outwards.
 * @param {Record<string, unknown>} packages @param {string} parent @param {string} name @returns {string | null}
 */
export function resolvePackage(packages, parent, name) {
  for (let at = parent; ; ) {
    const path = `${at && `${at}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (at === '') return null;
    const outer = at.lastIndexOf('/node_modules/');
    at = outer < 0 ? '' : at.slice(0, outer);
  }
}
