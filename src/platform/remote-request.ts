import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { RemoteError, textOf } from './remote.ts';

/** One request as it goes out: GET without `body`, else POST with it. */
export interface RemoteRequest {
  /** Who is called, for errors and the log. */
  readonly remote: string;
  /** May hold a token: it is in no message, no error and no log. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or a content that is sent while it is read; that one needs its size among the headers. */
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** For all of it: connecting, sending, waiting, and reading the answer to its end. */
  readonly timeoutMs: number;
}

/** Left alone for so long a connection is closed, before the other side does it under a request. */
const IDLE_MS = 4000;
const PLAIN = new http.Agent({ keepAlive: true, timeout: IDLE_MS });
const SECURE = new https.Agent({ keepAlive: true, timeout: IDLE_MS });
/** Answers are read as they come, so none may come compressed. */
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'jifenwu' };
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request, and gives its answer as soon as that begins, with any status; the body is to be
 * read to its end or destroyed. Connections are kept for the next request. Redirects are not followed:
 * an address with a token in it goes nowhere else. What `body` throws ends the request before it is
 * complete, and is thrown as it is.
 * @throws RemoteError without an answer, and while the body is read when it breaks off
 */
export function answerTo(asked: RemoteRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { remote, timeoutMs } = asked;
    const request = begun(asked);
    let answer: IncomingMessage | null = null;
    let isUnsent = true;
    const sending = () => {
      isUnsent = false;
    };
    const deadline = setTimeout(() => {
      (answer ?? request).destroy(new RemoteError(remote, { reason: 'timeout', isUnsent }));
    }, timeoutMs);
    request.once('socket', (socket) => {
      if (!socket.connecting) sending();
      else socket.once(asked.url.protocol === 'https:' ? 'secureConnect' : 'connect', sending);
    });
    request.once('response', (message) => {
      answer = message;
      if (isPlain(message)) return resolve(message);
      reject(new RemoteError(remote, { reason: 'unexpected' }));
      message.destroy();
    });
    request.on('error', (error) => reject(unanswered(remote, error, isUnsent)));
    request.once('close', () => clearTimeout(deadline));
    sendBody(request, asked.body, reject);
  });
}

/** No compressed answer was asked for. */
function isPlain({ headers }: IncomingMessage): boolean {
  return (headers['content-encoding'] ?? 'identity') === 'identity';
}

function begun({ url, headers, body }: RemoteRequest): ClientRequest {
  const method = body === undefined ? 'GET' : 'POST';
  const options = { method, headers: { ...HEADERS, ...headers } };
  return url.protocol === 'https:'
    ? https.request(url, { ...options, agent: SECURE })
    : http.request(url, { ...options, agent: PLAIN });
}

function sendBody(
  request: ClientRequest,
  body: RemoteRequest['body'],
  fail: (error: unknown) => void,
): void {
  if (body === undefined || typeof body === 'string') {
    request.end(body);
    return;
  }
  const source = Readable.from(body);
  source.on('error', (error) => {
    fail(error);
    request.destroy();
  });
  // A failed request lets go of the source, and does not wait for one that is silent.
  request.once('close', () => source.destroy());
  source.pipe(request);
}

/** Why there was no answer, or not all of it; its cause is not kept. */
export function unanswered(remote: string, error: unknown, isUnsent = false): RemoteError {
  if (error instanceof RemoteError) return error;
  return new RemoteError(remote, { reason: 'unreachable', isUnsent });
}

/** All of an answer as text. @throws RemoteError when it breaks off; `unexpected` past `bytesMax` */
export function wholeText(
  remote: string,
  answer: IncomingMessage,
  bytesMax: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else answer.destroy(new RemoteError(remote, { reason: 'unexpected' }));
    });
    answer.once('end', () => resolve(textOf(chunks)));
    answer.once('error', (error) => reject(unanswered(remote, error)));
  });
}

/** Whether an answer sends the caller elsewhere. */
export function isRedirect({ statusCode = 0 }: IncomingMessage): boolean {
  return REDIRECTS.has(statusCode);
}
