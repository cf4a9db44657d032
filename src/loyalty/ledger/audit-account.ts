import type { Account } from './account.model.ts';
import { AuditFold, type Finding } from './audit-fold.ts';
import { foldEntry } from './audit-moves.ts';
import { compareState } from './audit-state.ts';
import { chainHash } from './chain.ts';
import type { Delivery, Entry, EntryBody } from './entry.model.ts';

/** What the entries of one account prove, and what only other accounts can tell. */
export interface AccountProof {
  readonly findings: readonly Finding[];
  readonly entries: number;
  /** Points that were sent, are not on the way any more and did not come back: they arrived. */
  readonly arrived: readonly Delivery[];
  /** Points that came back. */
  readonly cameBack: readonly Delivery[];
  /** Points that were received here, by the id of their delivery. */
  readonly received: ReadonlyMap<string, { readonly points: number; readonly entryId: string }>;
}

/** Takes the entries of one account in order, one by one, and proves it. */
export interface AccountAuditor {
  take(entry: Entry): void;
  finish(): AccountProof;
}

/**
 * Recomputes one account from its entries alone and compares. Written from the laws, not from the
 * book: it shares nothing with it but the canonical text of the chain.
 */
export function auditorOf(account: Account, now: Date): AccountAuditor {
  const fold = new AuditFold(account);
  const waiting = new Map(account.outbox.map((entry) => [entry.seq, entry]));

  function fillUpTo(seq: number): void {
    while (fold.nextSeq < seq) {
      const entry = waiting.get(fold.nextSeq);
      if (entry) takeBody(fold, entry);
      else fold.miss();
    }
  }
  return {
    take(entry) {
      fillUpTo(Math.min(entry.seq, account.seq + 1));
      if (entry.seq > account.seq) {
        fold.findings.push(uncounted(entry));
        return;
      }
      if (!isInPlace(fold, entry, waiting.get(entry.seq))) return;
      const { _id, accountId, unseenBy, ...body } = entry;
      takeBody(fold, body);
    },
    finish() {
      fillUpTo(account.seq + 1);
      compareState(fold, now);
      const { findings, entries, arrived, cameBack, received } = fold;
      return { findings, entries, arrived: [...arrived.values()], cameBack, received };
    },
  };
}

function uncounted({ accountId, _id: entryId }: Entry): Finding {
  return { code: 'L4', accountId, entryId, message: 'the account does not count this entry' };
}

function isInPlace(fold: AuditFold, entry: Entry, twin: EntryBody | undefined): boolean {
  const { accountId, nextSeq } = fold;
  if (entry.seq !== nextSeq || entry._id !== fold.entryId) {
    fold.find('L4', `entry ${entry._id} with seq ${entry.seq} lies where ${nextSeq} is expected`);
    return false;
  }
  if (entry.accountId !== accountId) fold.find('L4', `the entry names ${entry.accountId}`);
  if (twin && twin.hash !== entry.hash) fold.find('L4', 'outbox and entries differ');
  return true;
}

function takeBody(fold: AuditFold, entry: EntryBody): void {
  const { hash, ...body } = entry;
  if (fold.head !== null && chainHash(fold.head, body) !== hash) {
    fold.find('L3', 'the hash does not follow from the one before');
  }
  if (entry.postedAt.getTime() < fold.timeMs) fold.find('L3', 'time goes back');
  if (fold.keys.has(entry.key)) fold.find('L2', `key ${entry.key} a second time`);
  mustRemember(fold, entry);
  foldEntry(fold, entry);
  fold.keys.add(entry.key);
  fold.head = hash;
  fold.timeMs = entry.postedAt.getTime();
  fold.entries++;
  fold.nextSeq++;
}

/** Law L14: every entry after `keysCompleteSince` is in the outbox or in the recent keys. */
function mustRemember(fold: AuditFold, { key, seq, postedAt }: EntryBody): void {
  const remembered = fold.remembered.get(seq);
  if (remembered !== undefined && remembered !== key) {
    fold.find('L14', `the memory knows ${remembered} instead of ${key}`);
  }
  if (remembered === undefined && postedAt > fold.account.keysCompleteSince) {
    fold.find('L14', `key ${key} is forgotten too early`);
  }
}
