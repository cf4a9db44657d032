import { postJson, RemoteError, unanswered } from './remote.ts';

/** One call whose body or answer may be large. GET without `json` and `upload`, else POST. */
export interface StreamCall {
  /** Who is called, for errors and the log. */
  readonly remote: string;
  /** May hold a token: it is in no message, no error and no log. */
  readonly url: URL;
  readonly json?: unknown;
  readonly upload?: Upload;
  /** For all of it: sending, waiting, and reading the answer to its end. */
  readonly timeoutMs: number;
}

export interface Upload {
  readonly contentType: string;
  /** Exactly what `content` gives. */
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** An answer whose body is still to be read: by `content` to its end, or given up. */
export interface StreamAnswer {
  /** Without parameters and in lower case; '' when none was named. */
  readonly contentType: string;
  readonly disposition: string;
  /** As announced; null when it was not. */
  readonly sizeBytes: number | null;
  /** @throws RemoteError when it breaks off, or has another size than was announced */
  readonly content: AsyncIterable<Uint8Array>;
  /** Ends the call without reading `content`. */
  giveUp(): Promise<void>;
}

/**
 * Calls a remote without holding its bytes in memory. What `upload.content` throws ends the call
 * before its body is complete, and is thrown as it is. Redirects are not followed.
 * @throws RemoteError
 */
export async function callStream(call: StreamCall): Promise<StreamAnswer> {
  const { remote, url, timeoutMs } = call;
  const sent = sentBy(call);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { redirect: 'error', signal, ...sent.init }).catch((error) => {
    throw sent.giveUp() ?? unanswered(remote, error);
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new RemoteError(remote, { reason: 'status', status: response.status });
  }
  const sizeBytes = announcedSize(response.headers);
  return {
    contentType: mediaTypeOf(response.headers),
    disposition: response.headers.get('content-disposition') ?? '',
    sizeBytes,
    content: contentOf(remote, response, sizeBytes),
    giveUp: async () => response.body?.cancel(),
  };
}

async function* contentOf(
  remote: string,
  { body }: Response,
  sizeBytes: number | null,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.length;
      if (sizeBytes !== null && bytes > sizeBytes) break;
      yield chunk;
    }
  } catch (error) {
    throw unanswered(remote, error);
  }
  if (sizeBytes !== null && bytes !== sizeBytes) {
    throw new RemoteError(remote, { reason: 'unexpected' });
  }
}

interface Sent {
  readonly init: RequestInit;
  /** Lets go of the source of the body, which a failed call leaves open; says what it threw. */
  giveUp(): unknown;
}

function sentBy({ json, upload }: StreamCall): Sent {
  if (upload) return sentAsStream(upload);
  return { init: json === undefined ? {} : postJson(json), giveUp: () => undefined };
}

function sentAsStream({ contentType, sizeBytes, content }: Upload): Sent {
  const source = content[Symbol.asyncIterator]();
  let failure: unknown;
  const pull = async (controller: ReadableStreamDefaultController) => {
    const next = await source.next().catch((error: unknown) => {
      failure = error;
      throw error;
    });
    if (next.done) controller.close();
    else controller.enqueue(next.value);
  };
  const giveUp = () => {
    // Not waited for: a source that is silent would hold up the failure.
    source.return?.().catch((error: unknown) => {
      failure ??= error;
    });
    return failure;
  };
  const body = new ReadableStream({ pull }, { highWaterMark: 0 });
  const headers = { 'content-type': contentType, 'content-length': String(sizeBytes) };
  const init = { method: 'POST', headers, body, duplex: 'half' as const };
  return { init, giveUp };
}

/** `image/JPEG; name=a` is `image/jpeg`. */
function mediaTypeOf(headers: Headers): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase();
}

/** Compressed bytes are announced, and others are read. */
function announcedSize(headers: Headers): number | null {
  const announced = headers.get('content-length');
  return announced === null || headers.has('content-encoding') ? null : Number(announced);
}
