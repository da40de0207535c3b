import { spawn } from 'node:child_process';
import process from 'node:process';

/** A step that failed: what it was, and the end of what it said. */
export class StepError extends Error {}

/** @type {import('node:child_process').ChildProcess | null} */
let current = null;

const LAST_WORDS_MS = 10_000;

/**
 * Ctrl-C while a step runs: the step gets the signal, and we end as it would, after it: a start that follows at once
 * must not meet an npm that is still clearing up. A second Ctrl-C ends us there and then. @param {NodeJS.Signals} signal
 */
function interrupt(signal) {
  const exit = () => process.exit(signal === 'SIGINT' ? 130 : 143);
  if (current === null) return exit();
  current.once('close', exit).kill(signal);
  setTimeout(() => {
    current?.kill('SIGKILL');
    exit();
  }, LAST_WORDS_MS);
}

/**
 * Says what is being done, does it, says how long it took. The program's own output appears only when it fails.
 * @param {string} title such as "Installing packages"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @throws {StepError}
 */
export async function runStep(title, command, args, options) {
  process.stdout.write(`${title} ...\n`);
  const startedMs = performance.now();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await runQuietly(title, command, args, options);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    current = null;
  }
  process.stdout.write(`${title}: done in ${Math.max(1, Math.round((performance.now() - startedMs) / 1000))} s\n`);
}

/** @param {string} title @param {string} command @param {readonly string[]} args @param {{ cwd: string, env: NodeJS.ProcessEnv }} options */
function runQuietly(title, command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    current = child;
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => reject(new StepError(`${title} failed: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(undefined);
      const tail = output
        .trim()
        .split('\n')
        .filter((line) => line.trim() !== 'npm error')
        .slice(-25)
        .join('\n');
      reject(new StepError(`${tail}\n${title} failed (${signal ?? `exit ${code}`}); its last words are above.`));
    });
  });
}
