import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a line fails: every connection is refused, or nothing that is sent arrives any more. */
export type Cut = 'refused' | 'silent';

/** Commands that ask whether a server is there. */
const SIGN_OF_LIFE = /(hello|ismaster|ping)\0/i;

/** A way to a server that can be cut and mended. */
export interface CuttableLine {
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  /** From now on what is asked arrives so much later, in milliseconds; signs of life do not. */
  slow(byMs: number): void;
  close(): Promise<void>;
}

/** Opens a way to a server of this machine. */
export async function cuttableLine(to: { host: string; port: number }): Promise<CuttableLine> {
  const sockets = new Set<Socket>();
  let state: Cut | 'whole' = 'whole';
  let lateByMs = 0;
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
    near.on('data', (bytes) => {
      const pass = () => state === 'whole' && far.write(bytes);
      if (lateByMs === 0 || SIGN_OF_LIFE.test(bytes.toString('latin1'))) pass();
      else setTimeout(pass, lateByMs);
    });
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
      lateByMs = 0;
    },
    slow(byMs) {
      lateByMs = byMs;
    },
    async close() {
      dropAll();
      server.close();
      await once(server, 'close');
    },
  };
}
