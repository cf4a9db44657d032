import type { Context } from '../../kernel/context.ts';
import { isId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { type Sanction, SanctionModel, SEEN } from './sanction.model.ts';

/** Something that was sent and has no answer yet. */
export type OpenDelivery = Pick<ledger.Delivery, 'deliveryId' | 'type' | 'to' | 'sentAt'>;

/** What the entries of an account tell about its state. */
export interface AccountStory {
  readonly status: ledger.Book['status'];
  /** The entry that made it so; null for an account that was always active. */
  readonly changedBy: Pick<ledger.Entry, '_id' | 'key' | 'postedAt'> | null;
  /** The laws that the nightly audit found broken, when it froze the account: `L4 L5`. */
  readonly laws: string | null;
  /** Who decided it and why, when a person did. */
  readonly sanction: Sanction | null;
  readonly openDeliveries: readonly OpenDelivery[];
  readonly entries: number;
}

const PAGE = 200;

/**
 * Reads all entries of an account, in pages: who froze it and why, and what it still waits for. It asks
 * nothing of the account's own state, which may be what is wrong with it.
 */
export async function accountStory(
  ctx: Context,
  accountId: ledger.AccountId,
): Promise<AccountStory> {
  const answered = new Set<string>();
  const open: OpenDelivery[] = [];
  let changed: ledger.Entry | null = null;
  let entries = 0;
  for await (const entry of newestFirst(ctx, accountId)) {
    entries++;
    if (entry.status && changed === null) changed = entry;
    if (entry.answered) answered.add(entry.answered);
    for (const { deliveryId, type, to, sentAt } of entry.deliveries ?? []) {
      if (!answered.has(deliveryId)) open.push({ deliveryId, type, to, sentAt });
    }
  }
  return { ...(await whyOf(changed)), openDeliveries: open, entries };
}

async function* newestFirst(
  ctx: Context,
  accountId: ledger.AccountId,
): AsyncGenerator<ledger.Entry> {
  let before: number | null = null;
  do {
    const page: ledger.Statement = await ledger.statementOf(ctx, accountId, {
      limit: PAGE,
      ...(before !== null && { before }),
    });
    yield* page.entries;
    before = page.cursor;
  } while (before !== null);
}

async function whyOf(
  changed: ledger.Entry | null,
): Promise<Pick<AccountStory, 'status' | 'changedBy' | 'laws' | 'sanction'>> {
  if (!changed?.status) return { status: 'active', changedBy: null, laws: null, sanction: null };
  const { _id, key, postedAt, status, outcome } = changed;
  const sanctionId = key.split(':')[1] ?? '';
  const sanction = isId('san', sanctionId)
    ? await SanctionModel.findById(sanctionId).select(SEEN).lean<Sanction>()
    : null;
  const laws = typeof outcome.laws === 'string' ? outcome.laws : null;
  return { status, changedBy: { _id, key, postedAt }, laws, sanction };
}
