import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#shared/net/ports.ts';
import { findOnPath } from '../../../scripts/prepare/optional-parts.mjs';

/** Path of redis-server; null where it is not installed. */
export const redisProgram = findOnPath('redis-server');

export interface RedisServer {
  url: string;
  /** Stops the process (SIGSTOP): connections stay open, nothing responds. */
  freeze(): void;
  stop(): Promise<void>;
}

/** A real Redis on a free port, without persistence. */
export async function startRedis(): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'attache-redis-'));
  const port = await freePort();
  const child = spawn(
    String(redisProgram),
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir],
    {
      stdio: 'ignore',
    },
  );
  while (!(await answers(port))) await sleep(50);
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child.kill('SIGSTOP'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
