import type { IncomingHttpHeaders } from 'node:http';
import { answerTo, wholeText } from './remote-request.ts';

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
  readonly headers: IncomingHttpHeaders;
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
  const answer = await answerTo(call);
  const { statusCode: status = 0, headers } = answer;
  return { status, headers, json: parsed(await wholeText(call.remote, answer, BYTES_MAX)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of a proxy in between: its status says enough.
    return null;
  }
}
