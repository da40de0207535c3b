import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { addExitHook } from './exit-hooks.ts';

/** A server drains its downloads before it exits. */
const STOP_TIMEOUT_MS = 30_000;

/** Starts a Node program and waits until `url` responds. @throws with its output when it does not within a minute */
export async function startProgram(
  args: string[],
  env: Record<string, string>,
  url: string,
): Promise<{ pid: number; stop(): Promise<void> }> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const stop = addExitHook(() => stopProgram(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (output = (output + chunk).slice(-4000)));
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) break;
    if (
      await fetch(url).then(
        (r) => r.arrayBuffer().then(() => true),
        () => false,
      )
    ) {
      return { pid: child.pid ?? 0, stop };
    }
    await sleep(100);
  }
  await stop();
  throw new Error(`${args[0]} did not start:\n${output}`);
}

async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(killTimer);
}

/** Peak resident memory of a process in bytes (VmHWM); null once it has exited. */
export async function peakBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const peak = /VmHWM:\s+(\d+)/.exec(status);
  return peak ? Number(peak[1]) * 1024 : null;
}

/** Resident memory of a process in bytes (VmRSS). */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

/**
 * Open files and sockets of a process, without its connections to one port: the database pool opens and closes those
 * independently of what is measured.
 */
export async function openDescriptors(pid: number, exceptToPort: number): Promise<number> {
  const pooled = await socketsTo(pid, exceptToPort);
  const names = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => null)));
  return targets.filter((target) => target !== null && !pooled.has(target)).length;
}

/** As /proc names them: `socket:[inode]`. */
async function socketsTo(pid: number, port: number): Promise<Set<string>> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  return new Set(rows.filter(([, , remote]) => remote?.endsWith(`:${hexPort}`)).map((row) => `socket:[${row[9]}]`));
}

/** Samples the memory of a process while work runs. @returns the peak over the start, in bytes */
export async function memoryGrowth(pid: number, work: () => Promise<void>): Promise<number> {
  const before = await residentBytes(pid);
  let peak = before;
  const timer = setInterval(async () => {
    peak = Math.max(peak, await residentBytes(pid).catch(() => 0));
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak - before;
}
