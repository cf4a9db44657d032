import type { View } from '../../templates/simulator/view.ts';
import type { Log } from '../kernel/context.ts';
import type * as wording from '../wording/index.ts';
import type { MediaFiles } from './account/media-files.ts';
import type { Account } from './line/account.ts';
import type { Passing } from './line/passing.ts';
import type { SignIns } from './weixin/sns/sign-ins.ts';
import type { Tokens } from './weixin/tokens/tokens.ts';
import type { CallCounts } from './world/call-counts.ts';
import type { Exchanges } from './world/exchanges.ts';
import type { Faults } from './world/faults.ts';
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
  /** The tickets of pages that use WeChat's script, by their type. */
  readonly tickets: Map<string, { readonly text: string; readonly until: number }>;
  /** Who has signed in to a page of the service. */
  readonly signIns: SignIns;
  readonly media: MediaFiles;
  /** Calls of each API today. */
  readonly counts: CallCounts;
  readonly faults: Faults;
  /** Pushes on their way. */
  readonly passing: Passing;
  /** Until when a follower's phone shows that the account is typing, in milliseconds since 1970. */
  readonly typing: Map<string, number>;
  readonly words: wording.Say<string>;
  /** What WeChat's own pages are shown with. */
  readonly view: View;
  /** Runs something soon, after the current request has been answered. */
  readonly soon: (task: () => Promise<unknown>) => void;
  /** Waits so many milliseconds of real time; not beyond the simulator's own end. */
  readonly pause: (ms: number) => Promise<void>;
  readonly log: Log;
}
