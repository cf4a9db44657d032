import type { mongo } from 'mongoose';
import type { Account } from './account.model.ts';
import type { Books } from './audit-deliveries.ts';
import type { Join, Mismatch } from './audit-join.ts';
import { total } from './audit-moves.ts';
import type { Entry } from './entry.model.ts';
import type { AccountId } from './points.ts';

const HOUR_MS = 3_600_000;
/** A claim whose earning never came is given back after a day; then there is another for doing it. */
const LAPSED_AFTER_MS = 48 * HOUR_MS;

/** A claim on a budget, whose outcome names the earning that it is for. */
interface Claim {
  readonly entryId: string;
  readonly claimedAt: Date;
  readonly points: number;
  readonly earner: AccountId;
  readonly key: string;
}

/**
 * Law L13 for budgets: what was claimed was earned, under the key and by the account that the claim's
 * outcome names (`earner`, `earningKey`), or the claim was given back (`lapsed:…`). Never both: that
 * would be more than the budget. A claim that is neither for two days is late (L9). Ledger 7.
 */
export function claimsJoin(books: Books): Join {
  return {
    accounts: 'budget:',
    begin({ now }) {
      const open = new Map<string, Claim>();
      return {
        take: (stretch) => compare(books, open, stretch),
        async finish() {
          const late = [...open.values()].filter(
            ({ claimedAt }) => claimedAt.getTime() + LAPSED_AFTER_MS < now.getTime(),
          );
          return late.map(neither);
        },
      };
    },
  };
}

/** Leaves those claims open, by their move, that nobody has earned yet. */
async function compare(
  books: Books,
  open: Map<string, Claim>,
  stretch: readonly Entry[],
): Promise<readonly Mismatch[]> {
  const claims = stretch.flatMap(claimOf);
  const earned = await earnedBy(books, claims);
  const wrong: Mismatch[] = [];
  for (const claim of claims) {
    const points = earned.get(nameOf(claim)) ?? 0;
    if (points === 0) open.set(`${claim.entryId}/0`, claim);
    else if (points !== claim.points) wrong.push(otherwise(claim, points));
  }
  for (const entry of stretch) {
    const notOpen = lapsedIn(entry).filter((of) => !open.delete(of));
    wrong.push(...notOpen.map((of) => both(entry, of)));
  }
  return wrong;
}

function claimOf({ _id: entryId, postedAt: claimedAt, moves, outcome }: Entry): Claim[] {
  const [move] = moves;
  const { earner, earningKey } = outcome;
  const isClaim = move?.type === 'spend' && move.purpose === 'claim';
  if (!isClaim || typeof earner !== 'string' || typeof earningKey !== 'string') return [];
  const points = total(move.taken);
  return [{ entryId, claimedAt, points, earner: earner as AccountId, key: earningKey }];
}

function lapsedIn({ reason, moves }: Entry): readonly string[] {
  if (reason !== 'lapsed') return [];
  return moves.flatMap(({ type, of }) => (type === 'refund' && of ? [of] : []));
}

/** What was issued by the entries that these claims name; nothing when there is none or it refused. */
async function earnedBy(
  { accounts, entries }: Books,
  claims: readonly Claim[],
): Promise<ReadonlyMap<string, number>> {
  const earned = new Map<string, number>();
  if (claims.length === 0) return earned;
  const keep = (accountId: AccountId, { key, moves }: Pick<Entry, 'key' | 'moves'>): void => {
    let issued = 0;
    for (const { type, postings } of moves) if (type === 'earn') issued -= postings.issued ?? 0;
    earned.set(nameOf({ earner: accountId, key }), issued);
  };
  const earners = [...new Set(claims.map(({ earner }) => earner))];
  const waiting = { _id: { $in: earners }, 'outbox.key': { $in: claims.map(({ key }) => key) } };
  for await (const account of accounts.find(waiting as mongo.Filter<Account>)) {
    for (const entry of account.outbox) keep(account._id, entry);
  }
  const relayed = claims.map(({ earner: accountId, key }) => ({ accountId, key }));
  for await (const entry of entries.find({ $or: relayed })) keep(entry.accountId, entry);
  return earned;
}

function nameOf({ earner, key }: Pick<Claim, 'earner' | 'key'>): string {
  return `${earner} ${key}`;
}

function otherwise({ entryId, points, earner, key }: Claim, earned: number): Mismatch {
  const message = `${points} points were claimed for ${key} of ${earner}, who earned ${earned}`;
  return { code: 'L13', entryId, message };
}

function both({ _id: entryId }: Entry, of: string): Mismatch {
  return { code: 'L13', entryId, message: `claim ${of} was given back and earned` };
}

function neither({ entryId, earner, key }: Claim): Mismatch {
  const message = `claim for ${key} of ${earner} was neither earned nor given back`;
  return { code: 'L9', entryId, message };
}
