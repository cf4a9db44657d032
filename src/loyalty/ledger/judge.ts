import { assert } from '../../kernel/assert.ts';
import type { Context } from '../../kernel/context.ts';
import { InvariantError } from '../../kernel/errors.ts';
import type { Finding, Law } from './audit-fold.ts';
import type { AuditRound } from './audit-round.model.ts';
import { entryIdOf } from './entry.model.ts';
import type { Ledger } from './open-ledger.ts';
import type { AccountId } from './points.ts';

const SUSPECTS_MAX = 1000;
const LOGGED_MAX = 10;

interface Case {
  readonly round: AuditRound;
  readonly findings: readonly Finding[];
}

/**
 * Says what was found, once per account and night, and freezes every account that is wrong. Gives
 * what the round knows then.
 */
export async function judge(
  ctx: Context,
  ledger: Pick<Ledger, 'post'>,
  { round, findings }: Case,
): Promise<Pick<AuditRound, 'findings' | 'suspects' | 'unfrozen'>> {
  const suspects = [...round.suspects];
  const known = new Set(suspects);
  let { findings: count, unfrozen } = round;
  for (const [accountId, found] of byAccount(findings)) {
    if (known.has(accountId)) continue;
    count += found.length;
    for (const finding of found.slice(0, LOGGED_MAX)) report(ctx, finding);
    const laws = [...new Set(found.map(({ code }) => code))];
    if (isSuspect(laws) && suspects.length < SUSPECTS_MAX) suspects.push(accountId);
    if (isWrong(laws) && !(await isFrozen(ctx, ledger, { accountId, laws }))) unfrozen++;
  }
  return { findings: count, suspects, unfrozen };
}

/** Who has not seen an entry is asked anew each night, for all accounts. */
function isSuspect(laws: readonly Law[]): boolean {
  return laws.some((law) => law !== 'L10');
}

/** Work that is late makes no account wrong, and no member is to suffer for it. */
function isWrong(laws: readonly Law[]): boolean {
  return laws.some((law) => law !== 'L9' && law !== 'L10');
}

function byAccount(findings: readonly Finding[]): ReadonlyMap<AccountId, readonly Finding[]> {
  const sorted = new Map<AccountId, Finding[]>();
  for (const finding of findings) {
    const list = sorted.get(finding.accountId);
    if (list) list.push(finding);
    else sorted.set(finding.accountId, [finding]);
  }
  return sorted;
}

function report({ log }: Context, { code: law, accountId, entryId, message }: Finding): void {
  log.error({ law, accountId, entryId, finding: message }, 'law broken');
}

/**
 * Stops redemptions of an account; check-ins and look-ups go on. Nothing at all can be posted to an
 * account whose books do not balance or that is gone: that stops redemptions too, and someone has to see it.
 */
async function isFrozen(
  ctx: Context,
  ledger: Pick<Ledger, 'post'>,
  { accountId, laws }: { readonly accountId: AccountId; readonly laws: readonly Law[] },
): Promise<boolean> {
  try {
    await ledger.post(ctx, {
      accountId,
      key: `audit:${ctx.today}`,
      decide(book) {
        const isGone = book.entryId === entryIdOf(accountId, 1);
        assert(!isGone, `account ${accountId} is not there`);
        if (book.status !== 'active') return {};
        book.freeze();
        return { laws: laws.join(' ') };
      },
    });
    return true;
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    ctx.log.error({ err: error, accountId }, 'account cannot be frozen');
    return false;
  }
}
