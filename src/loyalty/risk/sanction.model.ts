import { Schema } from 'mongoose';
import type { Id } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import { type Aggregate, outboxField } from '../../platform/outbox.ts';
import type { AccountId } from '../ledger/index.ts';

export type SanctionId = Id<'san'>;

/** `restore` gives a forfeiture back. */
const SANCTION_VERBS = ['freeze', 'unfreeze', 'forfeit', 'restore'] as const;
/** What was decided about an account. */
export type SanctionVerb = (typeof SANCTION_VERBS)[number];

/** Somebody decided about an account, and the books have to follow. */
export type SanctionDecided = {
  readonly type: 'sanction.decided';
  readonly sanctionId: SanctionId;
};

/** What one person decided about one account, and what became of it. */
export interface Sanction {
  readonly _id: SanctionId;
  readonly accountId: AccountId;
  readonly verb: SanctionVerb;
  /** Free text; it stays here, an entry holds the id alone. */
  readonly reason: string;
  /** The name that was given. */
  readonly by: string;
  readonly decidedAt: Date;
  /** The forfeiture that a `restore` gives back. */
  readonly of: SanctionId | null;
  /** `decided` until the books have it; at most one of an account is. */
  readonly status: 'decided' | 'done' | 'refused';
  /** What was taken or given back; null where nothing moves, and until it is done. */
  readonly points: number | null;
  /** The ledger's code, when it said no. */
  readonly refusal: string | null;
}

export interface StoredSanction extends Sanction, Aggregate<SanctionDecided> {
  readonly _id: SanctionId;
}

const sanction = new Schema<StoredSanction>({
  _id: { type: String, required: true },
  accountId: { type: String, required: true },
  verb: { type: String, required: true, enum: SANCTION_VERBS },
  reason: { type: String, required: true },
  by: { type: String, required: true },
  decidedAt: { type: Date, required: true },
  of: { type: String, default: null },
  status: { type: String, required: true, enum: ['decided', 'done', 'refused'] },
  points: { type: Number, default: null },
  refusal: { type: String, default: null },
  outbox: outboxField,
});

// which decision about this account do the books not have yet? (one at a time)
sanction.index({ accountId: 1 }, { unique: true, partialFilterExpression: { status: 'decided' } });
sanction.index({ accountId: 1, _id: -1 }); // what was decided about this account, newest first?
sanction.index({ 'outbox.dueAt': 1 }); // the relay: what the books have to follow, soonest first

export const SanctionModel = defineModel('sanctions', sanction);

/** What others see of a sanction. */
export const SEEN = { outbox: 0 } as const;
