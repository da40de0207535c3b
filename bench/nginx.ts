import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#shared/net/ports.ts';

const NGINX = '/usr/sbin/nginx';

/** nginx on the storage folder: a file server without database or permissions. Null when not installed. */
export async function startNginx(dir: string, root: string): Promise<{ url: string; stop(): Promise<void> } | null> {
  if (!existsSync(NGINX)) return null;
  await mkdir(dir, { recursive: true });
  await chmod(join(dir, '..'), 0o755);
  const port = await freePort();
  await writeFile(
    join(dir, 'nginx.conf'),
    `daemon off; user root; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 2048; }
http { access_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on; client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  server { listen 127.0.0.1:${port}; root ${root}; etag on; } }`,
  );
  const child = spawn(NGINX, ['-c', join(dir, 'nginx.conf'), '-p', dir], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (
      await fetch(url).then(
        (r) => r.arrayBuffer().then(() => true),
        () => false,
      )
    )
      break;
    await sleep(100);
  }
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { url, stop };
}
