import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '#shared/net/ports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Debian's `nobody`: owns nothing, so the folder is read-only to it. */
const STRANGER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ServingProduct {
  url: string;
  child: ChildProcess;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** The folder that `npm run package` makes, run as an operator would: by its own program, as a user who owns nothing. */
export class ProductionFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Half a minute: npm installs what the lock file names. */
  static async make(): Promise<ProductionFolder> {
    const parent = await mkdtemp(join(tmpdir(), 'attache-production-'));
    await chmod(parent, 0o755);
    const path = join(parent, 'attache');
    await promisify(execFile)(process.execPath, ['scripts/package.mjs', '--folder', path], { cwd: ROOT });
    return new ProductionFolder(path);
  }

  async remove(): Promise<void> {
    await rm(join(this.path, '..'), { recursive: true, force: true });
  }

  start(args: string[], env: Record<string, string>, input: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    return spawn(join(this.path, 'bin/attache'), args, {
      cwd: '/',
      // Neither npm nor the project's Node is on the path.
      env: { NODE_ENV: 'production', PATH: '/usr/bin:/bin', HOME: '/nonexistent', LOG_LEVEL: 'error', ...env },
      stdio: [input, 'pipe', 'pipe'],
      ...STRANGER,
    });
  }

  async run(args: string[], env: Record<string, string>, input?: string): Promise<CommandResult> {
    const child = this.start(args, env, input === undefined ? 'ignore' : 'pipe');
    child.stdin?.end(input);
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr, code] = await Promise.all([outputOf(child.stdout), outputOf(child.stderr), closed]);
    return { code, stdout, stderr };
  }

  async serve(env: Record<string, string>): Promise<ServingProduct> {
    const port = await freePort();
    const child = this.start(['serve'], { PORT: String(port), ...env });
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    let said = '';
    const isReady = new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('is ready:')) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('close', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
    });
    await isReady;
    const stop = () => {
      child.kill('SIGTERM');
      return closed;
    };
    return { url: `http://127.0.0.1:${port}`, child, stop };
  }
}

function outputOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream ? text(stream) : Promise.resolve('');
}
