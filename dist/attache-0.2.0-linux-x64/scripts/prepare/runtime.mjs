// Preloaded (`node --import`) by the npm scripts that run TypeScript: reads `.env`, and on an unfit Node ends with one
// line, where Node itself would print a syntax error and its stack.
import process from 'node:process';
import { checkRuntime, loadDotEnv, PreconditionError } from './preconditions.mjs';

try {
  checkRuntime();
} catch (error) {
  if (!(error instanceof PreconditionError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
loadDotEnv(process.cwd());
