import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { outboxItem } from '../../platform/outbox.ts';
import * as ledger from '../ledger/index.ts';
import { accountNotFound, sanctionRefused, sanctionsRacing } from './errors.ts';
import { checkedName, checkedReason } from './name-and-reason.ts';
import {
  type Sanction,
  type SanctionId,
  SanctionModel,
  type SanctionVerb,
  type StoredSanction,
} from './sanction.model.ts';
import { settleSanction } from './settle-sanction.ts';

/** What a person decides about an account. */
export interface SanctionInput {
  readonly accountId: ledger.AccountId;
  /** One line of at most 200 characters; it stays with the sanction and is in no entry. */
  readonly reason: string;
  /** Who decided: at most 40 characters. */
  readonly by: string;
}

type AccountStatus = ledger.Book['status'];

interface Wanted extends SanctionInput {
  readonly verb: SanctionVerb;
  /** Asked again whenever another decision came first; gives the forfeiture to give back, if any. */
  readonly mayBe: (status: AccountStatus) => Promise<SanctionId | null>;
}

const TRIES = 5;

/**
 * Keeps a decision and carries it out. Decisions about one account follow one another: one that a
 * crash left behind is finished first, and is the answer when it is this very one.
 */
export async function impose(ctx: Context, { mayBe, ...wanted }: Wanted): Promise<Sanction> {
  const { accountId, verb } = wanted;
  const why = { by: checkedName(wanted.by), reason: checkedReason(wanted.reason) };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const left = await finishOpen(ctx, accountId);
    if (left && isSame(left, { ...why, verb })) return mustBeDone(left);
    const of = await mayBe(await statusOf(ctx, accountId));
    const sanctionId = await kept(ctx, { accountId, verb, ...why, of });
    if (sanctionId) return mustBeDone(await settleSanction(ctx, { sanctionId }));
  }
  throw sanctionsRacing(accountId);
}

/**
 * What an account allows now: asked of the books, which are not changed by it.
 * @throws ACCOUNT_NOT_FOUND for an account of pieces or a budget that has no entry
 */
export async function statusOf(ctx: Context, accountId: ledger.AccountId): Promise<AccountStatus> {
  const { outcome } = await ledger.post(ctx, accountId, 'status', (book) => ({
    status: book.status,
  }));
  if (!accountId.startsWith('mem_')) await mustExist(ctx, accountId);
  return outcome.status;
}

/** A member has an account from the first day on; a misspelt stock would get one here. */
async function mustExist(ctx: Context, accountId: ledger.AccountId): Promise<void> {
  const { entries } = await ledger.statementOf(ctx, accountId, { limit: 1 });
  if (entries.length === 0) throw accountNotFound(accountId);
}

/** The decision that the books did not have yet, carried out; null when there was none. */
async function finishOpen(ctx: Context, accountId: ledger.AccountId): Promise<Sanction | null> {
  const open = await SanctionModel.findOne({ accountId, status: 'decided' })
    .select({ _id: 1 })
    .lean<Pick<Sanction, '_id'>>();
  return open && settleSanction(ctx, { sanctionId: open._id });
}

/** Null when another decision about this account was quicker. */
async function kept(
  ctx: Context,
  decided: Pick<Sanction, 'accountId' | 'verb' | 'reason' | 'by' | 'of'>,
): Promise<SanctionId | null> {
  const _id = newId('san', ctx.now);
  const sanction: StoredSanction = {
    _id,
    ...decided,
    decidedAt: ctx.now,
    status: 'decided',
    points: null,
    refusal: null,
    outbox: [outboxItem(ctx, { type: 'sanction.decided', sanctionId: _id })],
  };
  try {
    await SanctionModel.create(sanction);
    return _id;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return null;
  }
}

function isSame(a: Sanction, b: Pick<Sanction, 'verb' | 'reason' | 'by'>): boolean {
  return a.verb === b.verb && a.reason === b.reason && a.by === b.by;
}

function mustBeDone(sanction: Sanction): Sanction {
  const { refusal, accountId } = sanction;
  if (refusal !== null) throw sanctionRefused(refusal, accountId);
  return sanction;
}
