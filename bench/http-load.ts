import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How a load is sent, and what the answers must look like. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  /** Answers before the clock starts; none unless said. */
  readonly ramp?: number;
  /** Checked on some of the answers: that the work was really done. */
  readonly mustSay?: string;
}

const CHECKED_EACH = 64;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Sends whole requests over connections that are kept open, each waiting for its answer, and gives the
 * answers per second. Written by hand, because it has to cost less than the simplest server.
 * @throws Error for any answer but 200
 */
export async function send(
  requests: readonly Buffer[],
  { port, connections, ramp = 0, mustSay }: Load,
): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  let next = 0;
  let done = 0;
  let started = performance.now();
  const take = (answer: Buffer | null) => {
    if (answer) {
      if (mustSay && done % CHECKED_EACH === 0 && !answer.includes(mustSay)) {
        throw new Error(`unexpected answer: ${answer.toString()}`);
      }
      if (++done === ramp) started = performance.now();
    }
    return requests[next++];
  };
  try {
    await Promise.all(sockets.map((socket) => keepBusy(socket, take)));
    return (requests.length - ramp) / ((performance.now() - started) / 1000);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Gives the body of the last answer, none at first, for the next request; until there is no more. */
type Take = (answer: Buffer | null) => Buffer | undefined;

function keepBusy(socket: Socket, take: Take): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest: Buffer | null = null;
    const sendNext = (answer: Buffer | null) => {
      const request = take(answer);
      if (request) socket.write(request);
      else resolve();
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server hung up')));
    socket.on('data', (chunk: Buffer) => {
      const bytes: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk;
      try {
        const answer = answerIn(bytes);
        rest = answer ? null : bytes;
        if (answer) sendNext(answer);
      } catch (error) {
        reject(error);
      }
    });
    sendNext(null);
  });
}

/** The body of a whole answer, or null while a part of it is missing. @throws Error unless it is a 200 */
function answerIn(bytes: Buffer): Buffer | null {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  const body = bytes.subarray(end + END_OF_HEAD.length);
  if (head.slice(9, 12) !== '200') throw new Error(`unexpected answer: ${bytes.toString()}`);
  return body.length >= length ? body : null;
}
