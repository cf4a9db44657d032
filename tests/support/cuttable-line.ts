import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a line fails: every connection is refused, or nothing that is sent arrives any more. */
export type Cut = 'refused' | 'silent';

/** A way to a server that can be cut and mended. */
export interface CuttableLine {
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a way to a server of this machine. */
export async function cuttableLine(to: { host: string; port: number }): Promise<CuttableLine> {
  const sockets = new Set<Socket>();
  let state: Cut | 'whole' = 'whole';
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A torn connection is what this line is for.
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'refused') near.destroy();
    if (state !== 'whole') return;
    const far = connect(to);
    keep(far);
    near.on('data', (bytes) => state === 'whole' && far.write(bytes));
    far.on('data', (bytes) => state === 'whole' && near.write(bytes));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut(how) {
      state = how;
      if (how === 'refused') dropAll();
    },
    mend() {
      // What was sent into the silence is lost: begin with new connections.
      dropAll();
      state = 'whole';
    },
    async close() {
      dropAll();
      server.close();
      await once(server, 'close');
    },
  };
}
