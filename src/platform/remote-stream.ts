import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { assert } from '../kernel/assert.ts';
import { RemoteError } from './remote.ts';
import { postOf } from './remote-json.ts';
import { answerTo, isRedirect, type RemoteRequest, unanswered } from './remote-request.ts';

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
  const { remote } = call;
  const answer = await answerTo({ ...call, ...bodyOf(call) });
  const { headers, statusCode: status = 0 } = answer;
  if (status < 200 || status > 299) {
    answer.destroy();
    const reason = isRedirect(answer) ? 'unreachable' : 'status';
    throw new RemoteError(remote, reason === 'status' ? { reason, status } : { reason });
  }
  const sizeBytes = announcedSize(headers);
  return {
    contentType: mediaTypeOf(headers),
    disposition: headers['content-disposition'] ?? '',
    sizeBytes,
    content: contentOf(remote, answer, sizeBytes),
    giveUp: async () => void answer.destroy(),
  };
}

async function* contentOf(
  remote: string,
  answer: IncomingMessage,
  sizeBytes: number | null,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of answer) {
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

function bodyOf({ json, upload }: StreamCall): Pick<RemoteRequest, 'headers' | 'body'> {
  if (!upload) return postOf(json);
  const { contentType, sizeBytes } = upload;
  const headers = { 'content-type': contentType, 'content-length': String(sizeBytes) };
  return { headers, body: exactly(upload) };
}

/** More than was announced would be read as the beginning of the next request. */
async function* exactly({ sizeBytes, content }: Upload): AsyncGenerator<Uint8Array> {
  let left = sizeBytes;
  for await (const chunk of content) {
    left -= chunk.length;
    assert(left >= 0, 'a content has the size that is announced');
    yield chunk;
  }
  assert(left === 0, 'a content has the size that is announced');
}

/** `image/JPEG; name=a` is `image/jpeg`. */
function mediaTypeOf(headers: IncomingHttpHeaders): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}

function announcedSize(headers: IncomingHttpHeaders): number | null {
  const { 'content-length': announced } = headers;
  return announced === undefined ? null : Number(announced);
}
