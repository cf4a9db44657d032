import type { MemberId } from '../kernel/ids.ts';
import type { Reply } from '../wechat/index.ts';
import type { Conversation } from './dialog.ts';
import type { Store } from './patient-key-value.ts';

/** Longer than any step lives: a confirmation may be given an hour. Each step knows its own end. */
const KEPT_MS = 65 * 60_000;
/** The platform gives a message up after 15 s (reference 3.2); this is for what stood in line for long. */
const BEGUN_MS = 10 * 60_000;

/** A conversation, and the reply that led to it: a repeat of that message hears it again. */
export interface KeptConversation extends Conversation {
  readonly answered: { readonly cause: string; readonly reply: Reply } | null;
  /** When the message was sent that led to it, in milliseconds; 0 for one of an older release. */
  readonly sentAtMs: number;
}

const NOTHING: KeptConversation = {
  current: null,
  interrupted: null,
  answered: null,
  sentAtMs: 0,
};

/** Where the conversations are kept, one per follower. */
export interface DialogStore {
  find(memberId: MemberId): Promise<KeptConversation>;
  /** Keeps it, unless a younger message has led on by now: late work never turns a talk back. */
  keep(memberId: MemberId, conversation: KeptConversation): Promise<void>;
  /** The conversation as it was when this message was first worked on; null when it was not. */
  before(cause: string): Promise<Conversation | null>;
  begin(cause: string, conversation: Conversation): Promise<void>;
}

export function dialogStore(store: Store): DialogStore {
  async function find(memberId: MemberId): Promise<KeptConversation> {
    const found = await store.get(`dialog:${memberId}`);
    if (found === null) return NOTHING;
    return { ...NOTHING, ...(JSON.parse(found) as Partial<KeptConversation>) };
  }
  return {
    find,
    async keep(memberId, conversation) {
      const { sentAtMs } = await find(memberId);
      if (sentAtMs > conversation.sentAtMs) return;
      await store.set(`dialog:${memberId}`, JSON.stringify(conversation), { ttlMs: KEPT_MS });
    },
    async before(cause) {
      const found = await store.get(`turn:${cause}`);
      return found === null ? null : (JSON.parse(found) as Conversation);
    },
    begin: (cause, { current, interrupted }) =>
      store.set(`turn:${cause}`, JSON.stringify({ current, interrupted }), { ttlMs: BEGUN_MS }),
  };
}
