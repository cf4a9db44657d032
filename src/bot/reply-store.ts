import type { InboundMessage, Reply } from '../wechat/index.ts';
import type { Store } from './patient-key-value.ts';

const WORKING = 'working';
/** A claim without a reply is dead after this: WeChat's next delivery is tried afresh. */
const CLAIM_MS = 6000;
const KEPT_MS = 24 * 3_600_000;

/** The replies of the last day, by the key of their message. */
export interface ReplyStore {
  /** True for the one delivery that is to be worked on. */
  claim(key: string): Promise<boolean>;
  /** The stored reply, `working` while another delivery is at it, null when nobody is. */
  find(key: string): Promise<Reply | 'working' | null>;
  keep(key: string, reply: Reply): Promise<void>;
  /** Lets the next delivery run afresh. */
  release(key: string): Promise<void>;
}

export function replyStore(store: Store): ReplyStore {
  return {
    claim: (key) => store.claim(key, WORKING, { ttlMs: CLAIM_MS }),
    async find(key) {
      const found = await store.get(key);
      if (found === null || found === WORKING) return found;
      return JSON.parse(found) as Reply;
    },
    keep: (key, reply) => store.set(key, JSON.stringify(reply), { ttlMs: KEPT_MS }),
    release: (key) => store.delete(key),
  };
}

/** Where the reply to a message is kept: every delivery of it has the same. */
export function replyKeyOf({ toUserName, dedupeKey }: InboundMessage): string {
  return `reply:${toUserName}:${dedupeKey}`;
}
