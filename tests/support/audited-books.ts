import type { Account } from '../../src/loyalty/ledger/account.model.ts';
import { type AccountProof, auditorOf } from '../../src/loyalty/ledger/audit-account.ts';
import { chainHash } from '../../src/loyalty/ledger/chain.ts';
import { type Entry, type Move, toEntry } from '../../src/loyalty/ledger/entry.model.ts';
import { dropRelayed } from '../../src/loyalty/ledger/keys.ts';
import type { Lot } from '../../src/loyalty/ledger/points.ts';
import { OneAccount } from './one-account.ts';

/** When everything is posted, and looked at, unless a test says otherwise. */
export const DAY = '2026-01-05T08:00:00+08:00';
/** When holds end. */
export const UNTIL = new Date('2026-03-01T00:00:00+08:00');

/** What lies in the database, so that a test may edit it. */
export type Editable<Value> = {
  -readonly [Name in keyof Value]: Value[Name] extends readonly (infer Item)[]
    ? Item[]
    : Value[Name];
};

/** An account and its entries, as they lie in the database: a test may edit both. */
export interface Books {
  account: Editable<Account>;
  entries: Editable<Entry>[];
}

/** All entries of an account lie in `entries`; so many wait in its outbox as well. */
export function booksOf({ account }: OneAccount, waiting = 0): Books {
  // Each by itself: what they share in memory lies apart in the database.
  const entries = account.outbox.map((body) => structuredClone(toEntry(account._id, body)));
  const left = structuredClone(dropRelayed(account, account.seq - waiting));
  return { account: left, entries } as Books;
}

/** The chain as somebody would mend it who knows how it is made. */
export function rechained({ account, entries }: Books): void {
  let head = '';
  for (const entry of entries) {
    const { _id, accountId, unseenBy, hash: _, ...body } = entry;
    head = chainHash(head, body);
    entry.hash = head;
  }
  account.chainHead = head;
}

export function proofOf({ account, entries }: Books, now = DAY): AccountProof {
  const auditor = auditorOf(account as Account, new Date(now));
  for (const entry of entries) auditor.take(entry as Entry);
  return auditor.finish();
}

/** Findings as `L5 3`, the law and the number of the entry, or `L5` of the account itself. */
export function findings(books: Books, now = DAY): readonly string[] {
  return proofOf(books, now).findings.map(({ code, entryId }) =>
    entryId ? `${code} ${Number(entryId.slice(entryId.lastIndexOf('.') + 1))}` : code,
  );
}

/** Findings with their sentence: `L5: what is wrong`. */
export function messages(books: Books, now = DAY): readonly string[] {
  return proofOf(books, now).findings.map(({ code, message }) => `${code}: ${message}`);
}

/** A lot as a move tells it. */
export function lot(expiresOn: Lot['expiresOn'], points: number, kind: Lot['kind'] = 'general') {
  return { kind, expiresOn, points };
}

/** Two lots: 100 points until September, 50 until next February. */
export function rich(): OneAccount {
  const one = new OneAccount('2026-01-05');
  one.post((book) => {
    book.earn({ points: 100, expiresOn: '2026-09-01' });
    book.earn({ points: 50, expiresOn: '2027-02-01' });
  });
  return one;
}

/** A move of an entry, the first unless `n` says which. */
export function move({ entries }: Books, seq: number, n = 0): Editable<Move> {
  const found = entries[seq - 1]?.moves[n];
  if (!found) throw new Error(`entry ${seq} has no move ${n}`);
  return found;
}

/** Edits one move and mends the chain, so that only the law of the edit is left to find it. */
export function edited(
  one: OneAccount,
  edit: (books: Books) => void,
  now = DAY,
): readonly string[] {
  const books = booksOf(one);
  edit(books);
  rechained(books);
  return findings(books, now);
}
