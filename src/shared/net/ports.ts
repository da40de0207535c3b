import { createServer } from 'node:net';

/** A free port; the few milliseconds in which another program could take it are accepted. @throws the error of `listen` */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return probePort(host, 0);
}

/**
 * Fails before anything is started when the port is taken: a database started for nothing would have to be stopped.
 * @throws the error of `listen`, EADDRINUSE or EACCES
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  await probePort(host, port);
}

/** Listens for a moment; resolves with the port it got. */
function probePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
