import { boundedText, RemoteError, unanswered } from './remote.ts';

/** One call of a remote whose refusals are answers, too: GET without `body`, else POST with it. */
export interface AnswerCall {
  /** Who is called, for errors and the log. */
  readonly remote: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly these characters: a signature is over them. */
  readonly body?: string;
  /** For all of the answer. */
  readonly timeoutMs: number;
}

/** Whatever was answered, with any status. */
export interface RemoteAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** What was parsed of the body; null when it is no JSON. */
  readonly json: unknown;
}

const BYTES_MAX = 65_536;

/**
 * Calls a remote and gives its answer whatever its status. Redirects are not followed, so that a
 * signed text goes nowhere else.
 * @throws RemoteError `timeout` and `unreachable` without an answer, `unexpected` past 64 KiB
 */
export async function answerOf(call: AnswerCall): Promise<RemoteAnswer> {
  const { remote, url, headers, body, timeoutMs } = call;
  const init = { redirect: 'manual' as const, signal: AbortSignal.timeout(timeoutMs), headers };
  const asked = body === undefined ? init : { ...init, method: 'POST', body };
  try {
    const response = await fetch(url, asked);
    const text = await boundedText(remote, response.body ?? [], BYTES_MAX);
    return { status: response.status, headers: response.headers, json: parsed(text) };
  } catch (error) {
    throw error instanceof RemoteError ? error : unanswered(remote, error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of a proxy in between: its status says enough.
    return null;
  }
}
