import { DomainError } from '../kernel/errors.ts';

interface Failure {
  readonly reason: 'timeout' | 'unreachable' | 'status' | 'not-json' | 'unexpected';
  readonly status?: number;
  readonly isUnsent?: boolean;
}

/**
 * Why a remote gave no usable answer: `unexpected` is JSON of another shape. `status` 0: there was
 * none. The cause is not kept, because it may quote the address or the answer.
 */
export class RemoteError extends DomainError {
  readonly remote: string;
  readonly reason: Failure['reason'];
  readonly status: number;
  /** Nothing of the request went out, so it certainly had no effect. */
  readonly isUnsent: boolean;

  constructor(remote: string, { reason, status = 0, isUnsent = false }: Failure) {
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
    this.isUnsent = isUnsent;
  }

  /** The same failure, of a step that came before the request itself. */
  before(): RemoteError {
    const { remote, reason, status } = this;
    return new RemoteError(remote, { reason, status, isUnsent: true });
  }
}

const utf8 = new TextDecoder();

/** What was read, as text. A mark of the byte order is left out: JSON has no place for it. */
export function textOf(chunks: readonly Uint8Array[]): string {
  return utf8.decode(Buffer.concat(chunks));
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
  return textOf(chunks);
}

/** Integers past 2^53 come back as text. @throws RemoteError `not-json` */
export function parsedJson(remote: string, text: string, status = 0): unknown {
  try {
    return JSON.parse(withLongIntegersAsText(text));
  } catch {
    throw new RemoteError(remote, { reason: 'not-json', status });
  }
}

const LONG = /\d{16}/;

/** `JSON.parse` would round them. Texts are matched whole, so digits inside one stay what they are. */
function withLongIntegersAsText(json: string): string {
  if (!LONG.test(json)) return json;
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
  return json.replace(tokens, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}
