import { createServer } from 'node:net';

/**
 * Fails before anything is started when the port is taken: a database started for nothing would have to be stopped.
 * @throws the error of `listen`, EADDRINUSE or EACCES.
 */
export function assertPortFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
