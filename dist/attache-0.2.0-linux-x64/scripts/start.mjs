// `npm start`: from a fresh clone to a running product, on any Node from 20.19, with nothing installed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process, { env } from 'node:process';
import { checkPreconditions, loadDotEnv, PreconditionError } from './prepare/preconditions.mjs';
import { StepError } from './prepare/run-step.mjs';
import { prepare, projectNode, ROOT } from './prepare/steps.mjs';

process.chdir(ROOT);
try {
  loadDotEnv(ROOT);
  await checkPreconditions();
  await prepare({ pages: true });
} catch (error) {
  if (!(error instanceof PreconditionError || error instanceof StepError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
process.stdout.write('Starting ...\n');
runServer();

/** In the foreground, until it ends; its exit code becomes ours. */
function runServer() {
  const server = spawn(projectNode(), ['src/server/main.ts', '--managed'], {
    cwd: ROOT,
    env: { ...env, NODE_ENV: 'production' },
    // A group of its own, so that Ctrl-C, which the terminal sends to every program of ours and npm repeats,
    // arrives once. The channel tells it should we be killed outright.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let isStopping = false;
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    if (isStopping) return;
    isStopping = true;
    server.kill(signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => stop(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  }
  stopWithNpm(() => stop('SIGTERM'));
  server.once('error', (error) => {
    process.stderr.write(`The server could not be started: ${error.message}\n`);
    process.exit(1);
  });
  server.once('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 1)));
}

/** npm killed outright cannot pass a signal on, and would leave us holding the port. @param {() => void} stop */
function stopWithNpm(stop) {
  const npm = process.ppid;
  if (env.npm_lifecycle_event === undefined) return;
  setInterval(() => {
    if (process.ppid !== npm) stop();
  }, 1_000).unref();
}
