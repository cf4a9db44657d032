import { assert } from '../../kernel/assert.ts';
import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import * as ledger from '../ledger/index.ts';
import { sanctionRefused } from './errors.ts';
import { orRefuse } from './or-refuse.ts';
import {
  type Sanction,
  type SanctionDecided,
  type SanctionId,
  SanctionModel,
  SEEN,
} from './sanction.model.ts';

/**
 * Books what was decided, and notes what became of it. Safe to repeat, by anybody at any time: the
 * ledger keeps its first answer, a refusal too.
 */
export async function settleSanction(
  ctx: Context,
  { sanctionId }: Pick<SanctionDecided, 'sanctionId'>,
): Promise<Sanction> {
  const sanction = await read(sanctionId);
  if (sanction.status !== 'decided') return sanction;
  const { accountId, verb } = sanction;
  const restored = await forfeitureOf(ctx, sanction);
  const key = `${verb}:${sanctionId}`;
  const { outcome } = await ledger.post<Facts>(ctx, accountId, key, (book) =>
    orRefuse(book, () => ACTS[verb](book, restored)),
  );
  const { points = null, code = null } = outcome;
  await SanctionModel.updateOne(
    { _id: sanctionId, status: 'decided' },
    {
      $set: {
        status: outcome.outcome === 'refused' ? 'refused' : 'done',
        points: typeof points === 'number' ? points : null,
        refusal: typeof code === 'string' ? code : null,
        outbox: [],
      },
    },
  );
  return read(sanctionId);
}

type Act = (book: ledger.Book, restored: ledger.PostedMove | null) => Facts;

/** What each verb does to the books. */
const ACTS: Readonly<Record<Sanction['verb'], Act>> = {
  freeze(book) {
    book.freeze();
    return {};
  },
  unfreeze(book) {
    book.unfreeze();
    return {};
  },
  forfeit(book) {
    if (book.status !== 'frozen') throw sanctionRefused('ACCOUNT_NOT_FROZEN', book.accountId);
    const { forfeited = 0 } = book.forfeit().postings;
    if (forfeited === 0) throw sanctionRefused('NOTHING_TO_FORFEIT', book.accountId);
    return { points: forfeited };
  },
  restore(book, forfeiture) {
    assert(forfeiture, 'what is given back was taken');
    const { forfeited: points = 0 } = forfeiture.postings;
    book.refund({ of: forfeiture, points });
    return { points };
  },
};

async function forfeitureOf(
  ctx: Context,
  { accountId, of }: Sanction,
): Promise<ledger.PostedMove | null> {
  const entry = of && (await ledger.entryOf(ctx, accountId, `forfeit:${of}`));
  return entry ? ledger.moveOf(entry) : null;
}

function read(sanctionId: SanctionId): Promise<Sanction> {
  return SanctionModel.findById(sanctionId).select(SEEN).orFail().lean<Sanction>().exec();
}
