import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SupabaseStorageSettings } from '#shared/lib/file-storage/storage-settings.ts';

const SERVER = new URL('./supabase-protocol-server.ts', import.meta.url).pathname;
const SERVICE_KEY = 'service-role-key-of-the-protocol-server';

export interface SupabaseServer {
  settings: SupabaseStorageSettings;
  freeze(): Promise<void>;
  thaw(): void;
  stop(): Promise<void>;
  /** Starts again on the same port, empty. */
  start(): Promise<void>;
  /** The next requests get a gateway's 503. */
  failNext(requests: number): Promise<void>;
  release(): Promise<void>;
}

/** Starts the protocol server in its own process. */
export async function openSupabaseServer(): Promise<SupabaseServer> {
  let child = fork(SERVER, [SERVICE_KEY]);
  const port = await portOf(child);
  const stop = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    settings: { url: `http://127.0.0.1:${port}`, serviceRoleKey: SERVICE_KEY, bucket: 'private' },
    freeze: async () => {
      child.kill('SIGSTOP');
      const state = () => readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => ') T');
      while (!(await state()).includes(') T')) await sleep(5);
    },
    thaw: () => void child.kill('SIGCONT'),
    stop,
    start: async () => {
      child = fork(SERVER, [SERVICE_KEY, String(port)]);
      await portOf(child);
    },
    failNext: async (requests) => {
      child.send({ unavailable: requests });
      await once(child, 'message');
    },
    release: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop();
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [message]: { port: number }[] = await once(child, 'message');
  return message?.port ?? 0;
}
