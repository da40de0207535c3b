import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface FreezingProxy {
  port: number;
  /** Keeps connections open and passes nothing on, as when the machine behind hangs. */
  freeze(): void;
  close(): void;
}

/** A TCP proxy that can be frozen. */
export async function startFreezingProxy(targetPort: number): Promise<FreezingProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client.on('error', () => {}));
    if (isFrozen) return;
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
    sockets.add(target);
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (bytes) => !isFrozen && to.write(bytes));
      from.on('end', () => !isFrozen && to.end());
    };
    pass(client, target);
    pass(target, client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      isFrozen = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
