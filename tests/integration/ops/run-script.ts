import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What a command needs; an OpsWorld is one. */
export interface Installation {
  databaseUrl: string;
  /** DATA_DIR; the local storage is in it. */
  dir: string;
}

export interface ScriptResult {
  code: number | null;
  report: Record<string, unknown>;
  stdout: string;
  stderr: string;
}

export interface StartedScript {
  child: ChildProcess;
  done: Promise<ScriptResult>;
}

/** Starts a command as cron does: in its own process, with settings from the environment. */
export function startScript(
  world: Installation,
  script: string,
  args: string[] = [],
  env: Record<string, string> = {},
): StartedScript {
  const child = spawn('node', [`scripts/${script}`, ...args], {
    cwd: ROOT,
    env: {
      NODE_ENV: 'production',
      PATH: process.env.PATH,
      DATABASE_URL: world.databaseUrl,
      DATA_DIR: world.dir,
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const done = Promise.all([text(child.stdout), text(child.stderr), closed]).then(([stdout, stderr, code]) => {
    const line = stdout.trim();
    return { code, stdout, stderr, report: line.startsWith('{') && line.endsWith('}') ? JSON.parse(line) : {} };
  });
  return { child, done };
}

/** Runs a command to its end. */
export function runScript(
  world: Installation,
  script: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<ScriptResult> {
  return startScript(world, script, args, env).done;
}
