import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const memoryCheckEveryMs = 50;
const maxErrorTextBytes = 4096;

export type Confinement = {
  /** Both for the whole group: the process and all that it starts. */
  timeoutMs: number;
  maxResidentBytes: number;
  maxWrittenFileBytes: number;
  folder: string;
  signal?: AbortSignal;
};

export type ConfinedEnd = {
  exitCode: number | null;
  stoppedFor: 'timeout' | 'out-of-memory' | 'aborted' | null;
  errorText: string;
};

async function works(command: string, ...args: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}

let wrappers: Promise<{ hasPrlimit: boolean; hasUnshare: boolean }> | null = null;

/** Both programs are util-linux; containers often forbid namespaces, and other systems have neither. Asked once. */
function findWrappers(): Promise<{ hasPrlimit: boolean; hasUnshare: boolean }> {
  wrappers ??= Promise.all([
    works('prlimit', '--core=0', 'true'),
    works('unshare', '--user', '--map-current-user', '--net', 'true'),
  ]).then(([hasPrlimit, hasUnshare]) => ({ hasPrlimit, hasUnshare }));
  return wrappers;
}

/**
 * The command with the kernel's own limits in front, where this machine has them: no network, memory, file size, time.
 * RLIMIT_DATA and not RLIMIT_AS: WebAssembly reserves address space by the gigabyte and uses little of it.
 */
async function confinedCommand(command: string[], limits: Confinement): Promise<string[]> {
  const { hasPrlimit, hasUnshare } = await findWrappers();
  const cpuSeconds = Math.ceil(limits.timeoutMs / 1000) * 2;
  const bounds = [
    `--data=${Math.ceil(limits.maxResidentBytes * 1.5)}`,
    `--fsize=${limits.maxWrittenFileBytes}`,
    `--cpu=${cpuSeconds}`,
    '--nofile=256',
    '--core=0',
  ];
  return [
    ...(hasUnshare ? ['unshare', '--user', '--map-current-user', '--net'] : []),
    ...(hasPrlimit ? ['prlimit', ...bounds] : []),
    ...command,
  ];
}

/** Resident memory of a process and its descendants in bytes; 0 where there is no /proc. */
async function residentBytes(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const parts = await Promise.all(
      children
        .split(' ')
        .filter(Boolean)
        .map((child) => residentBytes(Number(child))),
    );
    return own + parts.reduce((sum, part) => sum + part, 0);
  } catch {
    return 0;
  }
}

/** Nothing of our own environment (keys, database) is told to a process that reads hostile bytes. */
function bareEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'production',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: folder,
    TMPDIR: folder,
    LANG: 'C.UTF-8',
    UV_THREADPOOL_SIZE: '2',
    VIPS_CONCURRENCY: '2',
    VIPS_BLOCK_UNTRUSTED: '1',
    MALLOC_ARENA_MAX: '2',
  };
}

/**
 * Runs a program in a process group of its own that ends, with all its children, when it takes too long, holds too much
 * memory, or the caller aborts. Never throws for what the program does; rejects only if it cannot be started.
 */
export async function runConfined(command: string[], input: string, limits: Confinement): Promise<ConfinedEnd> {
  const [program, ...args] = await confinedCommand(command, limits);
  if (!program) throw new Error('no program');
  // An answer that could not be given in time is given here, before anything is started.
  if (limits.signal?.aborted) return { exitCode: null, stoppedFor: 'aborted', errorText: '' };
  const child = spawn(program, args, {
    cwd: limits.folder,
    env: bareEnvironment(limits.folder),
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  let stoppedFor: ConfinedEnd['stoppedFor'] = null;
  const stop = (reason: NonNullable<ConfinedEnd['stoppedFor']>) => {
    stoppedFor ??= reason;
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself a moment ago.
    }
  };
  const onAbort = () => stop('aborted');
  const deadline = setTimeout(() => stop('timeout'), limits.timeoutMs);
  const memoryWatch = setInterval(async () => {
    if (child.pid !== undefined && (await residentBytes(child.pid)) > limits.maxResidentBytes) stop('out-of-memory');
  }, memoryCheckEveryMs);
  limits.signal?.addEventListener('abort', onAbort, { once: true });
  let errorText = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errorText.length < maxErrorTextBytes) errorText += text.slice(0, maxErrorTextBytes);
  });
  // The pipe stays open while we live: the child ends itself when it closes, so a crash of ours leaves no orphan.
  child.stdin.on('error', () => {});
  child.stdin.write(input);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return { exitCode, stoppedFor, errorText };
  } finally {
    clearTimeout(deadline);
    clearInterval(memoryWatch);
    limits.signal?.removeEventListener('abort', onAbort);
    child.stdin.destroy();
    child.stderr.destroy();
  }
}
