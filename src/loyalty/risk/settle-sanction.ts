import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import * as ledger from '../ledger/index.ts';
import { nothingToRestore, sanctionRefused } from './errors.ts';
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
  return sanction.status === 'decided' ? bookSanction(ctx, sanction) : sanction;
}

/** The key under which the books have a decision. */
export function keyOf({ _id, verb }: Pick<Sanction, '_id' | 'verb'>): string {
  return `${verb}:${_id}`;
}

/** Books a decision as the ledger does under its key: once. Notes it, unless somebody did meanwhile. */
export async function bookSanction(ctx: Context, sanction: Sanction): Promise<Sanction> {
  const { _id, accountId, verb, status } = sanction;
  const restored = await forfeitureOf(ctx, sanction);
  const { outcome } = await ledger.post<Facts>(ctx, accountId, keyOf(sanction), (book) =>
    orRefuse(book, () => ACTS[verb](book, restored)),
  );
  const { points = null, code = null } = outcome;
  await SanctionModel.updateOne(
    { _id, status },
    {
      $set: {
        status: outcome.outcome === 'refused' ? 'refused' : 'done',
        points: typeof points === 'number' ? points : null,
        refusal: typeof code === 'string' ? code : null,
        outbox: [],
      },
    },
  );
  return read(_id);
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
    // It was taken when this was decided; a restore of the database may have refused it since.
    if (!forfeiture) throw nothingToRestore(book.accountId);
    const { forfeited: points = 0 } = forfeiture.postings;
    book.refund({ of: forfeiture, points });
    return { points };
  },
};

async function forfeitureOf(
  ctx: Context,
  { accountId, of }: Sanction,
): Promise<ledger.PostedMove | null> {
  const entry = of && (await ledger.entryOf(ctx, accountId, keyOf({ _id: of, verb: 'forfeit' })));
  return entry && entry.moves.length > 0 ? ledger.moveOf(entry) : null;
}

function read(sanctionId: SanctionId): Promise<Sanction> {
  return SanctionModel.findById(sanctionId).select(SEEN).orFail().lean<Sanction>().exec();
}
