import type { Facts } from '../../src/kernel/facts.ts';
import { type Account, newAccount } from '../../src/loyalty/ledger/account.model.ts';
import type { AccountBook } from '../../src/loyalty/ledger/account-book.ts';
import { type Decision, decideOn } from '../../src/loyalty/ledger/decide.ts';
import { type Entry, type Move, moveOf, toEntry } from '../../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../../src/loyalty/ledger/points.ts';
import { at } from './context.ts';

/** What the facts of a test return does not matter. */
type Step = (book: AccountBook) => unknown;

interface Posting {
  readonly key?: string;
  readonly answers?: string;
  readonly outcome?: Facts;
}

/** One account in memory, posted to by the ledger's own decisions: no store, no relay. */
export class OneAccount {
  account: Account;
  /** Shanghai's wall clock: a day, or a day and a time. */
  time: string;

  constructor(time: string, accountId: AccountId = 'mem_1') {
    this.account = newAccount(accountId);
    this.time = time;
  }

  get now(): Date {
    return new Date(`${this.time.length > 10 ? this.time : `${this.time}T08:00:00`}+08:00`);
  }

  /** What becomes of a posting; the account follows when it was written. */
  decide(step: Step, posting: Posting = {}): Decision {
    const { key = `test:${this.account.seq + 1}`, answers, outcome = {} } = posting;
    const command = {
      ctx: at(this.now.toISOString()),
      key,
      decide: (book: AccountBook) => {
        step(book);
        return outcome;
      },
      ...(answers && { answers }),
    };
    const decision = decideOn(this.account, command, new Map([[key, null]]));
    if (decision.kind === 'written') {
      this.account = { ...decision.account, version: this.account.version + 1 };
    }
    return decision;
  }

  /** The entry of a posting. @throws what the decision throws */
  post(step: Step, posting: Posting = {}): Entry {
    const decision = this.decide(step, posting);
    if (decision.kind === 'thrown') throw decision.error;
    if (decision.kind !== 'written') throw new Error(`the posting was ${decision.kind}`);
    return toEntry(this.account._id, decision.entry);
  }

  /** The first move of a posting, to be undone. */
  posted(step: Step) {
    return moveOf(this.post(step));
  }

  /** The moves of a posting. */
  moves(step: Step, posting: Posting = {}): readonly Move[] {
    return this.post(step, posting).moves;
  }
}
