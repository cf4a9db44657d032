import type { mongo } from 'mongoose';
import type { Context } from '../../kernel/context.ts';
import { database } from '../../platform/mongo.ts';
import { type Account, AccountModel } from './account.model.ts';
import { type AccountProof, auditorOf } from './audit-account.ts';
import { claimsJoin } from './audit-claims.ts';
import { auditDeliveries, type Books } from './audit-deliveries.ts';
import type { Finding } from './audit-fold.ts';
import { type Join, joinerOf } from './audit-join.ts';
import { type Entry, EntryModel, entryIdOf } from './entry.model.ts';
import type { AccountId } from './points.ts';

const READ_AGAIN_MAX = 3;
const SEQ_MAX = 999_999_999;
const UNSEEN_AFTER_MS = 3_600_000;
const UNSEEN_SHOWN_MAX = 100;
const COMMITTED = { readConcern: { level: 'majority' }, readPreference: 'primary' } as const;

export interface AuditOf {
  /** This one only. */
  readonly accountId?: AccountId;
  /** Those behind it, by id: the `next` of the audit before. */
  readonly after?: AccountId;
  /** How many accounts at most; all unless said. */
  readonly limit?: number;
  /** What accounts are compared with beside their own entries; nothing unless said. */
  readonly joins?: readonly Join[];
}

export interface Audit {
  readonly ok: boolean;
  readonly checkedAt: Date;
  readonly accounts: number;
  readonly entries: number;
  readonly findings: readonly Finding[];
  /** Where the next audit begins when `limit` ended this one; null when nothing is left. */
  readonly next: AccountId | null;
}

/** Streams over accounts by id, each with its entries in order, in flat memory. */
export async function auditAccounts(
  ctx: Context,
  { accountId, after, limit, joins = [] }: AuditOf,
): Promise<Audit> {
  const books = committedBooks();
  const sources: Sources = { books, joins: [claimsJoin(books), ...joins] };
  const findings: Finding[] = [];
  let [accounts, entries] = [0, 0];
  let last: AccountId | null = null;
  const filter = accountId ? { _id: accountId } : after ? { _id: { $gt: after } } : {};
  const cursor = books.accounts
    .find(filter)
    .sort({ _id: 1 })
    .limit(limit ?? 0);
  for await (const account of cursor) {
    const proof = await auditSteady(ctx, sources, account);
    findings.push(...proof.findings, ...(await auditDeliveries(books, account._id, proof)));
    accounts++;
    entries += proof.entries;
    last = account._id;
  }
  if (accountId && accounts === 0) findings.push(...(await orphaned(books, accountId)));
  // It is about all accounts, so of many pages the first one tells it.
  if (!accountId && !after) findings.push(...(await unseen(books, ctx.now)));
  const next = limit !== undefined && accounts === limit ? last : null;
  return { ok: findings.length === 0, checkedAt: ctx.now, accounts, entries, findings, next };
}

/** What is committed, as the auditor reads it. */
export function committedBooks(): Books {
  return {
    accounts: database().collection(AccountModel.collection.name, COMMITTED),
    entries: database().collection(EntryModel.collection.name, COMMITTED),
  };
}

interface Sources {
  readonly books: Books;
  readonly joins: readonly Join[];
}

/** An account that is written while it is read is read again. */
async function auditSteady(ctx: Context, sources: Sources, first: Account): Promise<AccountProof> {
  let account = first;
  for (let again = 0; ; again++) {
    const proof = await proofOf(ctx, sources, account);
    if (proof.findings.length === 0 || again === READ_AGAIN_MAX) return proof;
    const newer = await sources.books.accounts.findOne({ _id: account._id });
    if (!newer || newer.version === account.version) return proof;
    account = newer;
  }
}

async function proofOf(ctx: Context, sources: Sources, account: Account): Promise<AccountProof> {
  const { _id: accountId, seq } = account;
  const { books } = sources;
  const auditor = auditorOf(account, ctx.now);
  const joiner = joinerOf(ctx, { ...sources, account });
  const range = { $gte: entryIdOf(accountId, 0), $lte: entryIdOf(accountId, SEQ_MAX) };
  const entries = books.entries.find({ accountId, _id: range }).sort({ _id: 1 });
  for await (const entry of entries) {
    // What was written since belongs to the next audit.
    if (entry.seq > seq && (await isCounted(books, entry))) break;
    auditor.take(entry);
    await joiner.take(entry);
  }
  const proof = auditor.finish();
  return { ...proof, findings: [...proof.findings, ...(await joiner.finish())] };
}

async function isCounted({ accounts }: Books, { accountId, seq }: Entry): Promise<boolean> {
  const found = await accounts.findOne({ _id: accountId }, { projection: { seq: 1 } });
  return found !== null && found.seq >= seq;
}

/** An account is never deleted: entries that belong to none say that one was. */
async function orphaned({ entries }: Books, accountId: AccountId): Promise<readonly Finding[]> {
  const entry = await entries.findOne({ accountId }, { projection: { _id: 1 } });
  if (!entry) return [];
  return [{ code: 'L4', accountId, entryId: entry._id, message: 'the account is not there' }];
}

/** Law L10: no consumer misses an entry for more than an hour. */
export async function unseen({ entries }: Books, now: Date): Promise<readonly Finding[]> {
  const late = { unseenBy: { $exists: true, $ne: [] }, postedAt: { $lt: hourBefore(now) } };
  const found = entries.find(late as mongo.Filter<Entry>).limit(UNSEEN_SHOWN_MAX);
  const list = await found.toArray();
  return list.map(({ _id, accountId, unseenBy = [] }) => ({
    code: 'L10',
    accountId,
    entryId: _id,
    message: `not seen by ${unseenBy.join(', ')}`,
  }));
}

function hourBefore(now: Date): Date {
  return new Date(now.getTime() - UNSEEN_AFTER_MS);
}
