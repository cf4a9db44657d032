import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { MailError } from './mail-error.ts';

/** Where mail is handed over, and how. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `start`: before a word is said. `upgrade`: by STARTTLS, or not at all. `none`: in clear. */
  readonly tls: 'start' | 'upgrade' | 'none';
  readonly auth: { readonly user: string; readonly password: string } | null;
  /** Authorities that are believed instead of the known ones, PEM. */
  readonly ca?: string;
  /** For all of a session. */
  readonly timeoutMs?: number;
}

/** A session that has been greeted and signed in. Every step throws a MailError. */
export interface MailSession {
  /** Hands one message over. */
  deliver(envelope: Envelope, message: Buffer): Promise<void>;
  /** Says good-bye and lets go. */
  quit(): void;
}

export interface Envelope {
  readonly from: string;
  readonly to: string;
}

type Done = (error?: Error | null) => void;

const TIMEOUT_MS = 20_000;
/** How long a server may take to let go after the good-bye. */
const CLOSE_MS = 1000;

/**
 * Opens a session, which `signal` ends at any time. Certificates are always verified.
 * @throws MailError
 */
export async function mailSession(server: MailServer, signal: AbortSignal): Promise<MailSession> {
  const connection = new SMTPConnection(optionsOf(server));
  const { ended, stop } = endOf(connection, { timeoutMs: server.timeoutMs ?? TIMEOUT_MS, signal });
  let hasBegun = false;

  function close(): void {
    stop();
    connection.close();
  }
  async function step(start: (done: Done) => void): Promise<void> {
    const done = new Promise<void>((resolve, reject) =>
      start((error) => (error ? reject(error) : resolve())),
    );
    await Promise.race([done, ended]).catch((error: unknown) => {
      close();
      throw new MailError(error, hasBegun);
    });
  }

  await step((done) => connection.connect(done));
  const { auth } = server;
  if (auth) await step((done) => connection.login({ user: auth.user, pass: auth.password }, done));
  return {
    deliver(envelope, message) {
      const text = readBy(message, () => {
        hasBegun = true;
      });
      return step((done) => connection.send({ ...envelope, size: message.length }, text, done));
    },
    quit() {
      connection.quit();
      close();
    },
  };
}

function optionsOf({ host, port, tls, ca }: MailServer) {
  return {
    host,
    port,
    secure: tls === 'start',
    requireTLS: tls === 'upgrade',
    // A server of this machine may offer what no authority vouches for.
    ignoreTLS: tls === 'none',
    socketCloseTimeout: CLOSE_MS,
    ...(ca === undefined ? {} : { tls: { ca } }),
  };
}

/** Rejects when the session ends by itself, takes too long, or is given up; until it is stopped. */
function endOf(
  connection: SMTPConnection,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): { readonly ended: Promise<never>; readonly stop: () => void } {
  const stopping = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(ending('ETIMEDOUT')), timeoutMs);
    const onAbort = () => reject(ending('ECLOSED'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { signal: stopping.signal });
    stopping.signal.addEventListener('abort', () => clearTimeout(timer));
    connection.on('error', reject);
    // The server's last reply, if there was one, is told after this event.
    connection.once('end', () => setImmediate(() => reject(ending('ECONNECTION'))));
  });
  // A step that waits hears of it; between two steps nobody does.
  ended.catch(() => undefined);
  return { ended, stop: () => stopping.abort() };
}

function ending(code: string): Error {
  return Object.assign(new Error('the session ended'), { code });
}

/** The message as a stream that says when its first byte is asked for: after the server's 354. */
function readBy(message: Buffer, begin: () => void): Readable {
  return new Readable({
    read() {
      begin();
      this.push(message);
      this.push(null);
    },
  });
}
