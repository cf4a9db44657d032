import { DomainError } from '../kernel/errors.ts';

/** One call: GET without `json`, else POST with it. */
export interface RemoteCall {
  /** Who is called, for errors and the log. */
  readonly remote: string;
  /** May hold a token: it is in no message, no error and no log. */
  readonly url: URL;
  readonly json?: unknown;
  readonly timeoutMs: number;
}

/** Why a remote gave no usable answer: `unexpected` is JSON of another shape. `status` 0: there was none. */
export class RemoteError extends DomainError {
  readonly remote: string;
  readonly reason: 'timeout' | 'unreachable' | 'status' | 'not-json' | 'unexpected';
  readonly status: number;

  constructor(
    remote: string,
    { reason, status = 0 }: { readonly reason: RemoteError['reason']; readonly status?: number },
  ) {
    const message = `${remote} gave no usable answer: ${reason}`;
    super({
      kind: 'unavailable',
      code: 'REMOTE_FAILED',
      message,
      details: { remote, reason, status },
    });
    this.name = 'RemoteError';
    this.remote = remote;
    this.reason = reason;
    this.status = status;
  }
}

/**
 * Calls a remote that speaks JSON and waits `timeoutMs` for all of its answer. Redirects are not
 * followed: an address with a token in it goes nowhere else. Integers past 2^53 come back as text.
 * The cause of a failure is not kept, because it may quote the address or the answer.
 * @throws RemoteError
 */
export async function callJson({ remote, url, json, timeoutMs }: RemoteCall): Promise<unknown> {
  const { status, text } = await answerOf(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    ...(json === undefined ? {} : postJson(json)),
  }).catch((error: unknown) => {
    throw unanswered(remote, error);
  });
  if (status < 200 || status > 299) throw new RemoteError(remote, { reason: 'status', status });
  return parsedJson(remote, text, status);
}

async function answerOf(url: URL, init: RequestInit) {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}

/** What makes a request one that posts this. */
export function postJson(json: unknown): RequestInit {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { method: 'POST', headers, body: JSON.stringify(json) };
}

/** Why there was no answer, or not all of it; its cause is not kept. */
export function unanswered(remote: string, error: unknown): RemoteError {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  return new RemoteError(remote, { reason: isTimeout ? 'timeout' : 'unreachable' });
}

/** The whole text of an answer of a few bytes. @throws RemoteError `unexpected` past `bytesMax` */
export async function boundedText(
  remote: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytesMax: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new RemoteError(remote, { reason: 'unexpected' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Integers past 2^53 come back as text. @throws RemoteError `not-json` */
export function parsedJson(remote: string, text: string, status = 0): unknown {
  try {
    return JSON.parse(withLongIntegersAsText(text));
  } catch {
    throw new RemoteError(remote, { reason: 'not-json', status });
  }
}

/** `JSON.parse` would round them. Texts are matched whole, so digits inside one stay what they are. */
function withLongIntegersAsText(json: string): string {
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
  return json.replace(tokens, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}
