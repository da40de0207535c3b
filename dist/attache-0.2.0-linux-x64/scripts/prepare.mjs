// `node scripts/prepare.mjs`: installs, generates and builds what is missing or out of date, as `npm start` and `npm test`
// do first; for machines that have something else to do meanwhile.
import process from 'node:process';
import { checkNode, PreconditionError } from './prepare/preconditions.mjs';
import { StepError } from './prepare/run-step.mjs';
import { prepare, ROOT } from './prepare/steps.mjs';

process.chdir(ROOT);
try {
  checkNode();
  await prepare({ pages: true });
} catch (error) {
  if (!(error instanceof PreconditionError || error instanceof StepError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
