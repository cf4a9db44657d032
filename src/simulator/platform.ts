import type { Log } from '../kernel/context.ts';
import type * as wording from '../wording/index.ts';
import type { Account } from './line/account.ts';
import type { Tokens } from './weixin/tokens.ts';
import type { Exchanges } from './world/exchanges.ts';
import type { Transcript } from './world/transcript.ts';
import type { World } from './world/world.ts';

/** One request of the platform to the service. */
export interface Delivery {
  readonly method: 'GET' | 'POST';
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** Aborts when the platform hangs up. */
  readonly signal: AbortSignal;
}

/** How a push reaches the service's `/wechat`. */
export type Deliver = (
  delivery: Delivery,
) => Promise<{ readonly status: number; readonly body: string }>;

/** Everything that plays WeChat, as the parts of it know each other. */
export interface Platform {
  readonly account: Account;
  readonly deliver: Deliver;
  /** How long the platform waits for an answer, in milliseconds of real time. */
  readonly patienceMs: number;
  readonly world: World;
  readonly transcript: Transcript;
  readonly exchanges: Exchanges;
  readonly tokens: Tokens;
  /** Calls of each API on its last day. */
  readonly calls: Map<string, { readonly key: string; readonly times: number }>;
  readonly words: wording.Say<string>;
  /** Runs something soon, after the current request has been answered. */
  readonly soon: (task: () => Promise<unknown>) => void;
  readonly log: Log;
}
