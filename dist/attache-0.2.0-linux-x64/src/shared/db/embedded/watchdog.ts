import { spawn } from 'node:child_process';
import type { Cluster } from './postgres-cluster.ts';
import { commandEnvironment } from './unprivileged-user.ts';

/**
 * Waits for our end of its pipe to close. When that happens without a word, we were killed: it takes our name off the
 * list and, if nobody else is on it, stops the server (SIGINT, a "fast" shutdown: no data is lost). A shell, because
 * it costs a few hundred kilobytes where a second Node would cost forty megabytes.
 */
const SCRIPT = `
read -r word && exit 0
rm -f "$users/$me"
for file in "$users"/*; do
  [ -e "$file" ] && kill -0 "\${file##*/}" 2>/dev/null && exit 0
done
read -r pid < "$data/postmaster.pid" && [ "$pid" = "$server" ] && kill -INT "$server"
`;

/** Guards the server `serverPid` against the sudden death of this process. The answer stands the guard down. */
export function startWatchdog(cluster: Cluster, serverPid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    // A group of its own: Ctrl-C in the terminal must not end it before us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: commandEnvironment({
      users: cluster.usersFolder,
      data: cluster.dataFolder,
      me: String(process.pid),
      server: String(serverPid),
    }),
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return () => shell.stdin.end('done\n');
}
