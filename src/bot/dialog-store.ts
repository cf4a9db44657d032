import type { MemberId } from '../kernel/ids.ts';
import type { Reply } from '../wechat/index.ts';
import type { Conversation } from './dialog.ts';
import type { Store } from './patient-key-value.ts';

/** Longer than any step lives: a confirmation may be given an hour. Each step knows its own end. */
const KEPT_MS = 65 * 60_000;

/** A conversation, and the reply that led to it: a repeat of that message hears it again. */
export interface KeptConversation extends Conversation {
  readonly answered: { readonly cause: string; readonly reply: Reply } | null;
}

const NOTHING: KeptConversation = { current: null, interrupted: null, answered: null };

/** Where the conversations are kept, one per follower. */
export interface DialogStore {
  find(memberId: MemberId): Promise<KeptConversation>;
  keep(memberId: MemberId, conversation: KeptConversation): Promise<void>;
}

export function dialogStore(store: Store): DialogStore {
  return {
    async find(memberId) {
      const found = await store.get(`dialog:${memberId}`);
      return found === null ? NOTHING : (JSON.parse(found) as KeptConversation);
    },
    keep: (memberId, conversation) =>
      store.set(`dialog:${memberId}`, JSON.stringify(conversation), { ttlMs: KEPT_MS }),
  };
}
