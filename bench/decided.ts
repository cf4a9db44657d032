/** Accounts that the ledger's own decisions make, in memory: as posting them would, without a store. */
import { type Context, contextAt } from '../src/kernel/context.ts';
import type { Facts } from '../src/kernel/facts.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import type { Account } from '../src/loyalty/ledger/account.model.ts';
import type { Book } from '../src/loyalty/ledger/book.ts';
import { decideOn } from '../src/loyalty/ledger/decide.ts';
import { dueAtOf } from '../src/loyalty/ledger/due-at.ts';
import type { EntryBody } from '../src/loyalty/ledger/entry.model.ts';
import { silent } from './clock.ts';

export const MEMBER: MemberId = 'mem_01jq8zt4e5k6m7n8p9qrstvwxy';

/** One fact, as it would be posted. */
export interface Act {
  readonly at: Date;
  readonly key: string;
  readonly decide: (book: Book) => Facts;
}

export interface Decided {
  readonly account: Account;
  readonly entry: EntryBody;
}

export function contextOn(now: Date): Context {
  const actor = { type: 'member', id: MEMBER } as const;
  return contextAt({ now, actor, cause: 'msg:24012345678901234', log: silent });
}

/** The account after one fact, as the next write would store it. The key was never used before. */
export function decided(base: Account, { at, key, decide }: Act): Decided {
  const command = { ctx: contextOn(at), key, decide };
  const decision = decideOn(base, command, new Map([[key, null]]));
  if (decision.kind !== 'written') {
    throw new Error(`${key} was ${decision.kind}`, {
      cause: 'error' in decision ? decision.error : undefined,
    });
  }
  const { account, entry } = decision;
  return { account: { ...account, version: base.version + 1, dueAt: dueAtOf(account) }, entry };
}
