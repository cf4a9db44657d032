import { InvariantError } from '../../../src/kernel/errors.ts';
import type { Facts } from '../../../src/kernel/facts.ts';
import type { Receipt } from '../../../src/loyalty/ledger/engine.ts';
import type { EntryId } from '../../../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../../../src/loyalty/ledger/points.ts';
import type { Posted } from '../../../src/loyalty/ledger/post.ts';

/** A posting that a client was told of. */
export interface Note {
  readonly accountId: AccountId;
  readonly key: string;
  readonly entryId: EntryId;
  readonly outcome: string;
}

/** What the clients were told, written down by themselves. What they are told later must agree. */
export class Notes {
  readonly all: Note[] = [];
  readonly receipts = new Map<string, Receipt>();
  readonly #byKey = new Map<string, Note>();

  take(accountId: AccountId, key: string, posted: Posted<Facts>): void {
    const { entry, outcome, balance } = posted;
    if (!entry) throw new InvariantError(`L2: ${key} was acknowledged and has no entry`);
    if (balance < 0) throw new InvariantError(`L5: after ${key} a balance of ${balance} was told`);
    const note: Note = { accountId, key, entryId: entry._id, outcome: JSON.stringify(outcome) };
    const name = `${accountId} ${key}`;
    const first = this.#byKey.get(name);
    if (first) {
      if (textOf(first) === textOf(note)) return;
      throw new InvariantError(`L2: two answers for ${name}: ${textOf(first)}, ${textOf(note)}`);
    }
    this.#byKey.set(name, note);
    this.all.push(note);
  }

  takeReceipt(deliveryId: string, receipt: Receipt): void {
    const first = this.receipts.get(deliveryId);
    this.receipts.set(deliveryId, first ?? receipt);
    if (!first || JSON.stringify(first) === JSON.stringify(receipt)) return;
    const both = `${JSON.stringify(first)}, now ${JSON.stringify(receipt)}`;
    throw new InvariantError(`L8: the receipt of ${deliveryId} was ${both}`);
  }
}

function textOf({ entryId, outcome }: Note): string {
  return `${entryId} ${outcome}`;
}
