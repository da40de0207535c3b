// `npm run build`: generates the database client and builds the pages, where they are out of date. Installs nothing.
import process from 'node:process';
import { checkNode, PreconditionError } from './prepare/preconditions.mjs';
import { StepError } from './prepare/run-step.mjs';
import { build, ROOT } from './prepare/steps.mjs';

process.chdir(ROOT);
try {
  checkNode();
  await build();
} catch (error) {
  if (!(error instanceof PreconditionError || error instanceof StepError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
