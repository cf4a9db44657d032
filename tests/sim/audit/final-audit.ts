import { businessDayOf } from '../../../src/kernel/business-day.ts';
import { auditorOf } from '../../../src/loyalty/ledger/audit-account.ts';
import { canonical } from '../../../src/loyalty/ledger/chain.ts';
import { limits } from '../../../src/loyalty/ledger/limits.ts';
import { sumOf } from '../../../src/loyalty/ledger/lots.ts';
import { restAt } from '../play/come-to-rest.ts';
import { countAll, countsIn, countsKey } from '../play/consumers.ts';
import type { Scene } from '../play/scene.ts';
import { type Book, broken } from './books.ts';
import { auditOrders } from './order-audit.ts';

/**
 * When all has come to rest: each account against its entries by the product's own auditor, the
 * accounts against each other, and everything against what the clients were told.
 */
export function finalAudit(scene: Scene): void {
  const books = scene.accountIds.map(
    (id): Book => ({
      account: scene.account(id),
      entries: scene.entries(id),
    }),
  );
  for (const book of books) {
    auditAccount(scene, book);
    auditBounds(book);
    auditExpiries(book);
    auditConsumers(scene, book);
    scene.world.count('entries', book.entries.length);
  }
  auditSums(books);
  auditDeliveries(scene, books);
  auditNotes(scene, books);
  auditOrders(scene, books);
}

/** L1 to L7, L9, L11, L12, L14. Nothing is left to do, either. */
function auditAccount(scene: Scene, { account, entries }: Book): void {
  const auditor = auditorOf(account, restAt(scene));
  for (const entry of entries) auditor.take(entry);
  const [finding] = auditor.finish().findings;
  if (finding) {
    broken(`${finding.code}: ${account._id} ${finding.entryId ?? ''} ${finding.message}`);
  }
  if (entries.length !== account.seq) broken(`L4: ${account._id} has ${entries.length} entries`);
  if (account.outbox.length > 0) broken(`L9: ${account._id} was not relayed`);
  if (account.deliveries.length > 0) broken(`L9: ${account._id} has open deliveries`);
}

/** L6 with the small bounds of a run. */
function auditBounds({ account }: Book): void {
  const { lots, holds, recentKeys } = account;
  if (lots.length > limits.lotsMax) broken(`L6: ${account._id} has ${lots.length} lots`);
  if (holds.length > limits.holdsMax) broken(`L6: ${account._id} has ${holds.length} holds`);
  if (recentKeys.length > limits.recentKeysMax) broken(`L6: ${account._id} remembers too much`);
}

/** L5: what expires has expired, and nothing else does. */
function auditExpiries({ entries }: Book): void {
  for (const { _id, postedAt, moves } of entries) {
    const today = businessDayOf(postedAt);
    for (const { type, taken = [] } of moves) {
      const isEarly = type === 'expire' && taken.some(({ expiresOn }) => expiresOn > today);
      if (isEarly) broken(`L5: ${_id} expires lots before their day`);
    }
  }
}

/** L10: each consumer has seen each entry, and counted it once. */
function auditConsumers({ fleet, world }: Scene, { account, entries }: Book): void {
  const key = countsKey(account._id);
  const counts = canonical(countsIn(world.shardOf(key).committed, key));
  const right = canonical(countAll(entries));
  if (counts !== right) broken(`L10: counts of ${account._id} are ${counts}, should be ${right}`);
  for (const { _id, unseenBy = [] } of entries) {
    if (!fleet.told.has(_id) || unseenBy.length > 0) broken(`L10: not everybody has seen ${_id}`);
  }
}

/** L7 and L8 over all accounts. */
function auditSums(books: readonly Book[]): void {
  let [sum, inTransit] = [0, 0];
  for (const { account } of books) {
    const { lots, holds, debts, totals } = account;
    sum += sumOf(lots) + sumOf(holds) - sumOf(debts);
    for (const points of Object.values(totals)) sum += points;
    inTransit += totals.inTransit ?? 0;
  }
  if (sum !== 0) broken(`L7: the books are off by ${sum}`);
  if (inTransit !== 0) broken(`L8: ${inTransit} points are still in transit`);
}

/** L8: points arrive once or come back once, and the receipts said which. */
function auditDeliveries({ notes, world }: Scene, books: readonly Book[]): void {
  const entries = books.flatMap((book) => book.entries);
  const moves = entries.flatMap((entry) => entry.moves);
  const answers = new Map(entries.map(({ answered, outcome }) => [answered, outcome.outcome]));
  for (const { deliveryId, type } of entries.flatMap(({ deliveries = [] }) => deliveries)) {
    const isRefused = answers.get(deliveryId) === 'refused';
    const came = moves.filter((move) => move.type === 'receive' && move.of === deliveryId).length;
    const back = moves.filter((move) => move.type === 'return' && move.of === deliveryId).length;
    const isRight = back === (isRefused ? 1 : 0) && (type !== 'points' || came + back === 1);
    if (!isRight) broken(`L8: ${deliveryId} came ${came} times, and came back ${back} times`);
    const receipt = notes.receipts.get(deliveryId);
    if (receipt && (receipt.outcome === 'refused') !== isRefused) {
      broken(`L8: the receipt of ${deliveryId} was ${receipt.outcome}`);
    }
  }
  world.count('receipts', notes.receipts.size);
}

/** L2: what was acknowledged is there, as it was told. */
function auditNotes({ notes, world }: Scene, books: readonly Book[]): void {
  const byId = new Map(books.flatMap(({ entries }) => entries.map((entry) => [entry._id, entry])));
  for (const { key, entryId, outcome } of notes.all) {
    const entry = byId.get(entryId);
    const isThere =
      entry?.key === key && canonical(entry.outcome) === canonical(JSON.parse(outcome));
    if (!isThere) broken(`L2: ${key} was acknowledged as ${entryId} and is not there`);
  }
  world.count('acknowledged', notes.all.length);
}
