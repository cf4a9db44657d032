import type { mongo } from 'mongoose';
import { database } from '../../platform/mongo.ts';
import { pagesOf } from '../../platform/pages-of.ts';
import { type Account, AccountModel } from './account.model.ts';
import { deliveryKey } from './carry.ts';
import { POINTS } from './deliveries.ts';
import { dueAtOf } from './due-at.ts';
import { type Delivery, type Entry, EntryModel, entryIdOf, toEntry } from './entry.model.ts';
import { limits } from './limits.ts';
import type { AccountId } from './points.ts';
import { refoldOf } from './refold.ts';

const SEQ_MAX = 999_999_999;

/**
 * Says of deliveries of other couriers, by id, which have been followed: the others are carried again.
 */
export type FollowedAmong = (deliveries: readonly Delivery[]) => Promise<ReadonlySet<string>>;

function books() {
  return {
    accounts: database().collection<Account>(AccountModel.collection.name),
    entries: database().collection<Entry>(EntryModel.collection.name),
  };
}

const LOOK_UPS: readonly (readonly [string, mongo.IndexSpecification])[] = [
  // who asked for this order?
  ['restore_to', { 'deliveries.to': 1 }],
  // which entries answer to another account?
  ['restore_reason', { reason: 1 }],
];

/** Runs a restore over indexes that nobody else needs; made while the collection is empty. */
export async function withLookUps(run: () => Promise<void>): Promise<void> {
  const { entries } = books();
  for (const [name, keys] of LOOK_UPS) await entries.createIndex(keys, { name, sparse: true });
  await run();
  for (const [name] of LOOK_UPS) await entries.dropIndex(name);
}

/**
 * Entries that wait in an outbox are put into `entries`; those that no account counts are dropped. Says
 * how many.
 */
export async function completeEntries(): Promise<number> {
  const { accounts, entries } = books();
  // Filtered here: a server that finds nothing for long would not answer in time.
  for await (const { _id: accountId, outbox } of accounts.find({}, { projection: { outbox: 1 } })) {
    if (outbox.length === 0) continue;
    const inserts = outbox.map((body) => {
      const { _id, ...rest } = toEntry(accountId, body);
      return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
    });
    await entries.bulkWrite(inserts as mongo.AnyBulkWriteOperation<Entry>[], { ordered: false });
  }
  let dropped = 0;
  const all = entries.find({}, { projection: { accountId: 1, seq: 1 } }).sort({ _id: 1 });
  for await (const page of pagesOf(all)) dropped += await dropUncounted(page);
  return dropped;
}

async function dropUncounted(page: readonly Entry[]): Promise<number> {
  const { accounts, entries } = books();
  const ids = [...new Set(page.map(({ accountId }) => accountId))];
  const counting = accounts.find({ _id: { $in: ids } }, { projection: { seq: 1 } });
  const seqs = new Map((await counting.toArray()).map(({ _id, seq }) => [_id, seq]));
  const beyond = page.filter(({ accountId, seq }) => seq > (seqs.get(accountId) ?? 0));
  if (beyond.length > 0) {
    await entries.deleteMany({ _id: { $in: beyond.map(({ _id }) => _id) } });
  }
  return beyond.length;
}

/** Cuts each account before the first entry that answers a delivery which its sender does not know of. */
export async function cutUnsent(): Promise<number> {
  let dropped = 0;
  const received = books().entries.find({ reason: 'received' });
  for await (const page of pagesOf(received)) {
    const sent = await sentAmong(page);
    for (const { accountId, seq, key } of page) {
      if (!sent.has(deliveryIn(key))) dropped += await cutBack({ accountId, seq });
    }
  }
  return dropped;
}

/** `received:<day>:<deliveryId>` */
function deliveryIn(key: string): string {
  return key.slice(key.indexOf(':', key.indexOf(':') + 1) + 1);
}

async function sentAmong(page: readonly Entry[]): Promise<ReadonlySet<string>> {
  const ids = page.map(({ key }) => deliveryIn(key).replace(/#\d+$/, '') as Entry['_id']);
  const senders = books().entries.find({ _id: { $in: ids } }, { projection: { deliveries: 1 } });
  const sent = (await senders.toArray()).flatMap(({ deliveries = [] }) => deliveries);
  return new Set(sent.map(({ deliveryId }) => deliveryId));
}

/** Where an account is to end: before its entry `seq`. */
export interface CutBack {
  readonly accountId: AccountId;
  readonly seq: number;
}

/**
 * Ends an account before one of its entries, and folds it anew from those that are left; then every
 * account that had received points of what was dropped, and so on. Says how many entries went.
 */
export async function cutBack(first: CutBack): Promise<number> {
  let dropped = 0;
  const cuts = [first];
  for (const cut of cuts) {
    const gone = await dropFrom(cut);
    if (gone.length === 0) continue;
    dropped += gone.length;
    await foldAnew(cut.accountId);
    const sent = gone.flatMap(({ deliveries = [] }) => deliveries);
    for (const delivery of sent.filter(isPoints)) cuts.push(...(await receivedOf(delivery)));
  }
  return dropped;
}

async function dropFrom({ accountId, seq }: CutBack): Promise<readonly Entry[]> {
  const { entries } = books();
  const range = { $gte: entryIdOf(accountId, seq), $lte: entryIdOf(accountId, SEQ_MAX) };
  const gone = await entries.find({ accountId, _id: range }).toArray();
  if (gone.length > 0) await entries.deleteMany({ accountId, _id: range });
  return gone;
}

async function receivedOf(delivery: Delivery): Promise<readonly CutBack[]> {
  const accountId = delivery.to as AccountId;
  const key = deliveryKey('received', delivery);
  const entry = await books().entries.findOne({ accountId, key });
  return entry ? [{ accountId, seq: entry.seq }] : [];
}

async function foldAnew(accountId: AccountId): Promise<void> {
  const { accounts, entries } = books();
  const whole = await accounts.findOne({ _id: accountId });
  if (!whole) return;
  const fold = refoldOf(whole);
  const range = { $gte: entryIdOf(accountId, 0), $lte: entryIdOf(accountId, SEQ_MAX) };
  const left = entries.find({ accountId, _id: range }).sort({ _id: 1 });
  for await (const entry of left) fold.take(entry);
  const account = fold.finish();
  if (account.seq === 0) await accounts.deleteOne({ _id: accountId });
  else await accounts.replaceOne({ _id: accountId }, { ...account, dueAt: dueAtOf(account) });
}

/**
 * Opens deliveries again that nobody answered and nobody followed: their accounts are younger than what
 * they had asked for. `left` says how many did not fit yet.
 */
export async function reopen(
  now: Date,
  followedAmong: FollowedAmong,
): Promise<{ readonly reopened: number; readonly left: number }> {
  const count = { reopened: 0, left: 0 };
  const sending = books().entries.find({ 'deliveries.to': { $gt: '' } });
  for await (const page of pagesOf(sending)) {
    const lost = await lostAmong(page, followedAmong);
    for (const [accountId, deliveries] of lost) {
      const opened = await openAgain(accountId, deliveries, now);
      count.reopened += opened;
      count.left += deliveries.length - opened;
    }
  }
  return count;
}

type Lost = ReadonlyMap<AccountId, readonly Delivery[]>;

async function lostAmong(page: readonly Entry[], followedAmong: FollowedAmong): Promise<Lost> {
  const sent = page.flatMap(({ accountId, deliveries = [] }) =>
    deliveries.map((delivery) => ({ accountId, delivery })),
  );
  const settled = new Set([
    ...(await openAmong(page)),
    ...(await answeredAmong(sent)),
    ...(await arrivedAmong(sent)),
    ...(await followedAmong(sent.map(({ delivery }) => delivery).filter((one) => !isPoints(one)))),
  ]);
  const lost = new Map<AccountId, Delivery[]>();
  for (const { accountId, delivery } of sent) {
    if (settled.has(delivery.deliveryId)) continue;
    lost.set(accountId, [...(lost.get(accountId) ?? []), delivery]);
  }
  return lost;
}

interface Sent {
  readonly accountId: AccountId;
  readonly delivery: Delivery;
}

function isPoints({ type }: Delivery): boolean {
  return type === POINTS;
}

async function openAmong(page: readonly Entry[]): Promise<readonly string[]> {
  const ids = [...new Set(page.map(({ accountId }) => accountId))];
  const senders = books().accounts.find({ _id: { $in: ids } }, { projection: { deliveries: 1 } });
  const open = (await senders.toArray()).flatMap(({ deliveries }) => deliveries);
  return open.map(({ deliveryId }) => deliveryId);
}

async function answeredAmong(sent: readonly Sent[]): Promise<readonly string[]> {
  const keys = sent.map(({ delivery }) => deliveryKey('answered', delivery));
  const from = sent.map(({ accountId }) => accountId);
  const answers = books().entries.find({ accountId: { $in: from }, key: { $in: keys } });
  return (await answers.toArray()).flatMap(({ answered }) => answered ?? []);
}

/** Points that arrived; a refusal alone brings nothing back, so it is carried home again. */
async function arrivedAmong(sent: readonly Sent[]): Promise<readonly string[]> {
  const points = sent.map(({ delivery }) => delivery).filter(isPoints);
  if (points.length === 0) return [];
  const accountIds = points.map(({ to }) => to as AccountId);
  const keys = points.map((delivery) => deliveryKey('received', delivery));
  const found = books().entries.find({ accountId: { $in: accountIds }, key: { $in: keys } });
  return (await found.toArray())
    .filter(({ moves }) => moves.some(({ type }) => type === 'receive'))
    .map(({ key }) => deliveryIn(key));
}

/** As many as an account can hold; they are due at once. Says how many. */
async function openAgain(
  accountId: AccountId,
  lost: readonly Delivery[],
  now: Date,
): Promise<number> {
  const { accounts } = books();
  const account = await accounts.findOne({ _id: accountId });
  if (!account) return 0;
  const room = limits.deliveriesMax - account.deliveries.length;
  const again = lost.slice(0, Math.max(0, room)).map((item) => ({ ...item, nextAttemptAt: now }));
  const deliveries = [...account.deliveries, ...again];
  const dueAt = dueAtOf({ ...account, deliveries });
  await accounts.updateOne(
    { _id: accountId },
    { $set: { deliveries, dueAt }, $inc: { version: 1 } },
  );
  return again.length;
}
