import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../../scripts/prepare/optional-parts.mjs';

export interface ProxyPorts {
  secure: number;
  plain: number;
}

export interface RunningProxy {
  stop(): Promise<void>;
}

export interface ProxyKind {
  name: string;
  isPresent: boolean;
  /** With the configuration of `deploy/`; only addresses, names and folders are replaced. */
  start(ports: ProxyPorts, instances: readonly number[]): Promise<RunningProxy>;
}

export const nginx: ProxyKind = {
  name: 'nginx',
  isPresent: findOnPath('nginx') !== null,
  async start({ secure, plain }, instances) {
    const folder = await mkdtemp(join(tmpdir(), 'attache-nginx-'));
    await chmod(folder, 0o755);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const files = ['-keyout', `${folder}/privkey.pem`, '-out', `${folder}/fullchain.pem`];
    await promisify(execFile)('openssl', ['req', '-x509', ...key, '-subj', '/CN=localhost', ...files]);
    const servers = instances.map((port) => `server 127.0.0.1:${port};`).join('\n  ');
    const site = (await readFile('deploy/nginx/attache.conf', 'utf8'))
      .replace(/server 127\.0\.0\.1:3001;.*\n\s*server 127\.0\.0\.1:3002;/, servers)
      .replaceAll('support.example.org', 'localhost')
      .replaceAll('/etc/ssl/attache', folder)
      .replaceAll(/listen \[::\].*\n/g, '\n')
      .replace('listen 80;', `listen 127.0.0.1:${plain};`)
      .replace('listen 443', `listen 127.0.0.1:${secure}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((n) => `${n}_temp_path ${folder}/${n};`);
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const main = `daemon off; ${user} pid ${folder}/pid; error_log ${folder}/error.log; events {}`;
    await writeFile(join(folder, 'nginx.conf'), `${main} http { access_log off; ${temporary.join(' ')} ${site} }`);
    const child = spawn(findOnPath('nginx') ?? 'nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], {
      stdio: 'ignore',
    });
    return stoppable(child, folder);
  },
};

export const caddy: ProxyKind = {
  name: 'Caddy',
  isPresent: findOnPath('caddy') !== null,
  async start({ secure, plain }, instances) {
    const folder = await mkdtemp(join(tmpdir(), 'attache-caddy-'));
    const ports = `admin off\n\tskip_install_trust\n\thttp_port ${plain}\n\thttps_port ${secure}\n\t`;
    const site = (await readFile('deploy/caddy/Caddyfile', 'utf8')).replace('{\n\t', `{\n\t${ports}`);
    await writeFile(join(folder, 'Caddyfile'), site);
    const child = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
        APP_DOMAIN: 'localhost',
        UPSTREAMS: instances.map((port) => `127.0.0.1:${port}`).join(' '),
      },
    });
    return stoppable(child, folder);
  },
};

function stoppable(child: ChildProcess, folder: string): RunningProxy {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
