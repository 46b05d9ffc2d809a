import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves to the port when the server takes connections, on this machine only; rejects when it cannot. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
