import type { Account } from './account.model.ts';
import type { Delivery } from './entry.model.ts';
import type { AccountId } from './points.ts';

/** The laws of the ledger, section 8 of its design. */
export type Law = `L${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14}`;

/** A law that does not hold, and where. */
export interface Finding {
  /** `L5`: section 8 of the ledger's design. */
  readonly code: Law;
  readonly accountId: AccountId;
  readonly entryId?: string;
  readonly message: string;
}

const SEQ_DIGITS = 9;

/** What the entries so far say about one account. */
export class AuditFold {
  readonly account: Account;
  readonly accountId: AccountId;
  readonly findings: Finding[] = [];
  readonly keys = new Set<string>();
  /** What the account remembers: seq to key. */
  readonly remembered: ReadonlyMap<number, string>;
  /** Points by day and kind; of holds, by hold, day and kind. */
  readonly lots = new Map<string, number>();
  readonly holds = new Map<string, number>();
  readonly debts = new Map<string, number>();
  readonly totals = new Map<string, number>();
  readonly expiredByMonth = new Map<string, number>();
  readonly facets = new Map<string, object>();
  /** What a move paid, and what came back of it. */
  readonly paid = new Map<string, number>();
  readonly refunded = new Map<string, number>();
  /** Sent and not answered, as far as they are still open or carry points to a member. */
  readonly open = new Map<string, Delivery>();
  readonly answered = new Set<string>();
  /** Points that a refusal brings back, by delivery. */
  readonly returnable = new Map<string, number>();
  readonly arrived = new Map<string, Delivery>();
  readonly cameBack: Delivery[] = [];
  readonly received = new Map<string, { readonly points: number; readonly entryId: string }>();
  status: Account['status'] = 'active';
  entries = 0;
  nextSeq = 1;
  /** Null behind a gap: the next hash cannot be checked. */
  head: string | null = '';
  timeMs = 0;
  /** Whether entries are missing, so that sums prove nothing. */
  hasGap = false;

  constructor(account: Account) {
    this.account = account;
    this.accountId = account._id;
    const known = [...account.recentKeys, ...account.outbox];
    this.remembered = new Map(known.map(({ seq, key }) => [seq, key]));
  }

  /** The id of the entry that is being taken. */
  get entryId(): string {
    return `${this.accountId}.${String(this.nextSeq).padStart(SEQ_DIGITS, '0')}`;
  }

  /** A law does not hold in the entry that is being taken. */
  find(code: Law, message: string): void {
    const { accountId, entryId } = this;
    this.findings.push({ code, accountId, entryId, message });
  }

  /** A law does not hold in the account itself. */
  findHere(code: Law, message: string): void {
    this.findings.push({ code, accountId: this.accountId, message });
  }

  /** The next entry is nowhere. */
  miss(): void {
    this.find('L4', `entry ${this.nextSeq} of ${this.account.seq} is missing`);
    this.head = null;
    this.hasGap = true;
    this.nextSeq++;
  }

  /** Adds points to a sum that can never be negative. */
  put(sums: Map<string, number>, name: string, points: number): void {
    const next = (sums.get(name) ?? 0) + points;
    if (next < 0 && !this.hasGap) this.find('L5', `${name} would be ${next}`);
    if (next === 0) sums.delete(name);
    else sums.set(name, next);
  }
}
