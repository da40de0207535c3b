// `npm run package`: builds what is out of date and makes dist/attache-VERSION-PLATFORM, a folder that runs in production
// with nothing else installed (Node is in it), and a tarball of it for machines without a network.
// --folder DIR makes the folder there, and no tarball. The packages are those of this machine's platform.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { assembleFolder } from './package/assemble.mjs';
import { checkNode, PreconditionError } from './prepare/preconditions.mjs';
import { StepError } from './prepare/run-step.mjs';
import { build, ROOT } from './prepare/steps.mjs';

const { values } = parseArgs({ options: { folder: { type: 'string' } } });
process.chdir(ROOT);
try {
  checkNode();
  await build();
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const folder = resolve(values.folder ?? join('dist', `attache-${version}-${process.platform}-${process.arch}`));
  await assembleFolder(folder);
  process.stdout.write(`${folder}\n`);
  if (values.folder === undefined) await makeTarball(folder);
} catch (error) {
  if (!(error instanceof PreconditionError || error instanceof StepError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** The same folder makes the same bytes: sorted names, no owners, one date. @param {string} folder */
async function makeTarball(folder) {
  const tarball = `${folder}.tar.gz`;
  rmSync(tarball, { force: true });
  const order = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
  execFileSync('tar', [...order, '-czf', tarball, '-C', dirname(folder), basename(folder)], {
    env: { ...process.env, GZIP: undefined },
  });
  const hash = createHash('sha256');
  await pipeline(createReadStream(tarball), hash);
  writeFileSync(`${tarball}.sha256`, `${hash.digest('hex')}  ${basename(tarball)}\n`);
  process.stdout.write(`${tarball}\n`);
}
