import type { InboundMessage, Reply } from '../wechat/index.ts';
import type { Store } from './patient-key-value.ts';

const WORKING = 'working';
/** A claim without a reply is dead after this: WeChat's next delivery is tried afresh. */
const CLAIM_MS = 6000;
const KEPT_MS = 24 * 3_600_000;

/** The replies of the last day, by message. */
export interface ReplyStore {
  /** True for the one delivery that is to be worked on. */
  claim(message: InboundMessage): Promise<boolean>;
  /** The stored reply, `working` while another delivery is at it, null when nobody is. */
  find(message: InboundMessage): Promise<Reply | 'working' | null>;
  keep(message: InboundMessage, reply: Reply): Promise<void>;
  /** Lets the next delivery run afresh. */
  release(message: InboundMessage): Promise<void>;
}

export function replyStore(store: Store): ReplyStore {
  return {
    claim: (message) => store.claim(keyOf(message), WORKING, { ttlMs: CLAIM_MS }),
    async find(message) {
      const found = await store.get(keyOf(message));
      if (found === null || found === WORKING) return found;
      return JSON.parse(found) as Reply;
    },
    keep: (message, reply) => store.set(keyOf(message), JSON.stringify(reply), { ttlMs: KEPT_MS }),
    release: (message) => store.delete(keyOf(message)),
  };
}

function keyOf({ toUserName, dedupeKey }: InboundMessage): string {
  return `reply:${toUserName}:${dedupeKey}`;
}
