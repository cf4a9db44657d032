import type { Account } from '../../src/simulator/line/account.ts';
import { type Push, signPush } from '../../src/simulator/line/push.ts';
import { openReply } from '../../src/simulator/line/reply.ts';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

/** What one delivery brought: the words, null for an acknowledgement, or that no answer came. */
export type Delivered =
  | { readonly outcome: 'answered'; readonly text: string | null }
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'wrong'; readonly why: string };

/** The wall clock, read where only `performance` may be. */
export function wallClock(): Date {
  return new Date(performance.timeOrigin + performance.now());
}

/** Signs a push and hands it to a service over HTTP, once. */
export async function deliverOnce(
  origin: string,
  account: Account,
  push: Push,
): Promise<Delivered> {
  const { query, body } = signPush(account, push, wallClock());
  const url = `${origin}/wechat?${new URLSearchParams(query)}`;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { method: 'POST', body, signal });
    const answer = await response.text();
    if (response.status !== 200) return { outcome: 'wrong', why: `status ${response.status}` };
    return {
      outcome: 'answered',
      text: openReply(account, push.openId, answer).heard?.text ?? null,
    };
  } catch (error) {
    if (error instanceof TypeError || Object(error).name === 'TimeoutError')
      return { outcome: 'lost' };
    return { outcome: 'wrong', why: String(error) };
  }
}
