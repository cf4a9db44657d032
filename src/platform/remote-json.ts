import { parsedJson, RemoteError } from './remote.ts';
import { answerTo, isRedirect, wholeText } from './remote-request.ts';

/** One call: GET without `json`, else POST with it. */
export interface RemoteCall {
  /** Who is called, for errors and the log. */
  readonly remote: string;
  /** May hold a token: it is in no message, no error and no log. */
  readonly url: URL;
  readonly json?: unknown;
  readonly timeoutMs: number;
}

/** More than any list that a page of a remote holds. */
const BYTES_MAX = 16 * 1024 * 1024;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/**
 * Calls a remote that speaks JSON and waits `timeoutMs` for all of its answer. Redirects are not
 * followed. Integers past 2^53 come back as text.
 * @throws RemoteError, `unexpected` past 16 MiB
 */
export async function callJson({ remote, url, json, timeoutMs }: RemoteCall): Promise<unknown> {
  const answer = await answerTo({ remote, url, timeoutMs, ...postOf(json) });
  const text = await wholeText(remote, answer, BYTES_MAX);
  if (isRedirect(answer)) throw new RemoteError(remote, { reason: 'unreachable' });
  const { statusCode: status = 0 } = answer;
  if (status < 200 || status > 299) throw new RemoteError(remote, { reason: 'status', status });
  return parsedJson(remote, text, status);
}

/** What makes a request one that posts this; nothing without it. */
export function postOf(json: unknown): { headers?: typeof JSON_HEADERS; body?: string } {
  return json === undefined ? {} : { headers: JSON_HEADERS, body: JSON.stringify(json) };
}
