import type { Context } from '../../kernel/context.ts';
import * as ledger from '../ledger/index.ts';
import { type Sanction, SanctionModel, SEEN } from './sanction.model.ts';
import { keyOf } from './settle-sanction.ts';

/**
 * Decisions that were carried out and that the books do not have, oldest first: a restore has cut their
 * entries, and `bookSanction` carries them out again. Ledger 14.1.
 */
export async function unbookedSanctions(ctx: Context): Promise<readonly Sanction[]> {
  const unbooked: Sanction[] = [];
  const done = SanctionModel.find({ status: 'done' }).select(SEEN).sort({ _id: 1 });
  for await (const sanction of done.lean<Sanction[]>().cursor()) {
    const entry = await ledger.entryOf(ctx, sanction.accountId, keyOf(sanction));
    if (!entry) unbooked.push(sanction);
  }
  return unbooked;
}
