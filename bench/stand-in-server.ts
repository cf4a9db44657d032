/** The line of a server that speaks MongoDB's protocol: reads requests, and answers each in its time. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { serve } from './server-process.ts';
import { bodyOf, type Command, replyTo, requestReader } from './stand-in-messages.ts';

export interface StandIn {
  /** What a command takes; a greeting takes nothing. */
  readonly delayMs: number;
  /** Any free one without it. */
  readonly port?: number;
  /** What the greeting says beside what every server says. */
  readonly greeting?: (port: number) => object;
  readonly answer: (command: Command) => Uint8Array;
}

/** Listens on this machine and tells the bench where. */
export function standIn({ delayMs, port = 0, greeting, answer }: StandIn): void {
  const server = createServer({ noDelay: true }, serveClient).listen(port, '127.0.0.1', () => {
    serve(listeningAt(), () => null);
  });

  function listeningAt(): number {
    return (server.address() as AddressInfo).port;
  }

  function serveClient(socket: Socket): void {
    // A client that is gone does not wait for its answers.
    socket.on('error', () => socket.destroy());
    socket.on(
      'data',
      requestReader((request) => {
        const { command } = request;
        const isGreeting = 'hello' in command || 'ismaster' in command;
        const body = isGreeting ? bodyOf(greetingAt(listeningAt())) : answer(command);
        const reply = replyTo(request, body);
        if (delayMs === 0 || isGreeting) socket.write(reply);
        else setTimeout(() => socket.write(reply), delayMs);
      }),
    );
  }

  function greetingAt(own: number): object {
    return { ...EVERY_SERVER, ...greeting?.(own) };
  }
}

const EVERY_SERVER = {
  ok: 1,
  isWritablePrimary: true,
  minWireVersion: 0,
  maxWireVersion: 25,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
};
