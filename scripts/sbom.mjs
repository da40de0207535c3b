// `npm run sbom`: writes dist/sbom.cdx.json (CycloneDX) and dist/THIRD-PARTY-NOTICES.txt for the packages that are shipped.
import process from 'node:process';
import { writeInventory } from './package/write-inventory.mjs';
import { ROOT } from './prepare/steps.mjs';

process.chdir(ROOT);
try {
  process.stdout.write(`dist: ${writeInventory('dist')} packages\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
