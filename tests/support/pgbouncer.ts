import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#shared/net/ports.ts';
import { findOnPath } from '../../scripts/prepare/optional-parts.mjs';

/** Path of the pgbouncer program; null where it is not installed. */
export const PGBOUNCER = findOnPath('pgbouncer');

/** A real PgBouncer in front of the PostgreSQL of `databaseUrl`; `url` leads through it to the same database. */
export async function startPgBouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction',
): Promise<{ url: string; stop(): Promise<void> }> {
  const target = new URL(databaseUrl);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'attache-pgbouncer-'));
  // It refuses to run as root and reads its files after it has become somebody else.
  chmodSync(folder, 0o755);
  writeFileSync(
    join(folder, 'users.txt'),
    `"${decodeURIComponent(target.username)}" "${decodeURIComponent(target.password)}"\n`,
  );
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=${target.hostname} port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
pool_mode = ${mode}
default_pool_size = 30
`,
  );
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const bouncer = spawn(String(PGBOUNCER), ['-q', ...asNobody, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  await untilListening(port);
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    async stop() {
      const ended = once(bouncer, 'exit');
      bouncer.kill('SIGTERM');
      await Promise.race([ended, sleep(3_000).then(() => bouncer.kill('SIGKILL'))]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error('pgbouncer does not listen');
}
