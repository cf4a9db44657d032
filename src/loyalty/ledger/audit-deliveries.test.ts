import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import type { Entry, EntryBody } from './entry.model.ts';
import * as ledger from './index.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');

function open(): void {
  const { standalone } = connection();
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => NOW.now, log: NOW.log });
}

beforeAll(open);
afterAll(() => ledger.close());

let sender: MemberId;
let receiver: MemberId;

/** Entries 1 and 3 of the sender are earnings, 2 sends 30 points; the receiver has them in its entry 2. */
beforeEach(async () => {
  [sender, receiver] = [newId('mem', NOW.now), newId('mem', NOW.now)];
  await earn(sender, 1);
  await earn(receiver, 1);
  const { outcome } = await ledger.post(NOW, sender, 'transfer:1', (book) => ({
    deliveryId: book.send({ to: receiver, points: 30 }).deliveryId,
  }));
  await ledger.carry(NOW, sender, outcome.deliveryId);
  await earn(sender, 2);
  await earn(receiver, 2);
  await ledger.relayNow(NOW);
  // Nobody is to relay what is put back.
  await ledger.close();
  open();
});

async function earn(accountId: MemberId, n: number): Promise<void> {
  await ledger.post(NOW, accountId, `gift:${n}`, (book) => {
    book.earn({ points: 100, expiresOn: '2027-02-01' });
    return {};
  });
}

function accounts() {
  return database().collection<Account>('accounts');
}

function entries() {
  return database().collection<Entry>('entries');
}

/** The account as it was before its last entries were relayed: they lie in its outbox alone. */
async function waitingFrom(
  accountId: MemberId,
  seq: number,
  edit: (body: EntryBody) => EntryBody = (body) => body,
): Promise<void> {
  const last = await entries()
    .find({ accountId, seq: { $gte: seq } })
    .sort({ seq: 1 })
    .toArray();
  const outbox = last.map(({ _id, accountId: _, unseenBy: __, ...body }) => edit(body));
  await entries().deleteMany({ accountId, seq: { $gte: seq } });
  await accounts().updateOne({ _id: accountId }, { $set: { outbox } });
}

async function found(accountId: MemberId): Promise<readonly string[]> {
  const { findings } = await ledger.audit(NOW, { accountId });
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

describe('a delivery whose other side was not relayed yet', () => {
  it.each([1, 2, 3])('has arrived, when the receiver waits from entry %i on', async (seq) => {
    await waitingFrom(receiver, seq);
    expect(await found(sender)).toEqual([]);
    expect(await found(receiver)).toEqual([]);
  });

  it.each([1, 2, 3, 4])('was sent, when the sender waits from entry %i on', async (seq) => {
    await waitingFrom(sender, seq);
    expect(await found(receiver)).toEqual([]);
    expect(await found(sender)).toEqual([]);
  });

  it('is compared with what lies there, and not with what is usual', async () => {
    await waitingFrom(receiver, 2, (body) => ({
      ...body,
      moves: body.moves.map((move) => ({
        ...move,
        ...(move.given && { given: move.given.map((lot) => ({ ...lot, points: 29 })) }),
      })),
    }));
    expect(await found(sender)).toEqual([`L8: delivery to ${receiver} arrived with 29 points`]);
  });

  it('is compared with what was sent, when that waits', async () => {
    await waitingFrom(sender, 2, (body) => ({
      ...body,
      ...(body.deliveries && {
        deliveries: body.deliveries.map((delivery) => ({
          ...delivery,
          lots: (delivery.lots ?? []).map((lot) => ({ ...lot, points: 31 })),
        })),
      }),
    }));
    expect(await found(receiver)).toEqual([
      expect.stringMatching(/^L8: 30 points of delivery \S+ arrived, 31 were sent$/),
    ]);
  });
});

describe('a delivery whose other side is gone', () => {
  it('has arrived with nothing, when the receiver has no such entry', async () => {
    await entries().deleteOne({ accountId: receiver, seq: 3 });
    expect(await found(sender)).toEqual([]);
    await entries().deleteOne({ accountId: receiver, seq: 2 });
    expect(await found(sender)).toEqual([`L8: delivery to ${receiver} arrived with 0 points`]);
  });

  it('was never sent, when the sender has no such entry, or is no more', async () => {
    await entries().deleteOne({ accountId: sender, seq: 2 });
    const never = [expect.stringMatching(/^L8: 30 points of delivery \S+ arrived, 0 were sent$/)];
    expect(await found(receiver)).toEqual(never);
    await accounts().deleteOne({ _id: sender });
    expect(await found(receiver)).toEqual(never);
  });
});
