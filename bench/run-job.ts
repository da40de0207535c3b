import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { peakBytes } from './child-process.ts';
import { addExitHook } from './exit-hooks.ts';

export interface JobFigures {
  report: Record<string, unknown>;
  /** Of the whole process, including its start. */
  seconds: number;
  peakBytes: number;
}

/** Runs a job as package.json does, with its flags for Node. @throws with its output when the exit code is not 0 */
export async function runJob(script: string, args: string[], env: Record<string, string>): Promise<JobFigures> {
  const child = spawn(process.execPath, [...(await nodeArguments(script)), ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const startedAt = performance.now();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stop = addExitHook(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let peak = 0;
  const timer = setInterval(async () => {
    peak = (await peakBytes(child.pid ?? 0)) ?? peak;
  }, 100);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(timer);
  await stop();
  if (code !== 0) throw new Error(`${script} exited with ${code}: ${stdout.slice(-1000)} ${stderr.slice(-2000)}`);
  return { report: JSON.parse(stdout), seconds, peakBytes: peak };
}

async function nodeArguments(script: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  const words = String(scripts[script]).split(' ');
  const own = words.slice(words.indexOf('node') + 1);
  // Settings come from the bench only.
  return own.filter((word) => !word.startsWith('--env-file'));
}
