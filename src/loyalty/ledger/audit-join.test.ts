import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import * as ledger from './index.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');
const TONIGHT = at('2026-02-01T02:00:00+08:00');

interface Counts {
  readonly _id: MemberId;
  readonly seq: number;
  readonly earned: number;
}

function counts() {
  return database().collection<Counts>('test_counts');
}

/** Counts what was earned; up to where lies in the same document as the counts. */
const counter: ledger.Consumer = {
  name: 'counter',
  async see(_ctx, entries) {
    for (const { accountId, seq, moves } of entries) {
      const _id = accountId as MemberId;
      const nothing = { $setOnInsert: { seq: 0, earned: 0 } };
      await counts().updateOne({ _id }, nothing, { upsert: true });
      const change = { $set: { seq }, $inc: { earned: issuedBy(moves) } };
      await counts().updateOne({ _id, seq: seq - 1 }, change);
    }
  },
};

/** Law L10: the counts are those of the entries up to their position. */
const recount: ledger.Join = {
  accounts: 'mem_',
  begin(_ctx, { accountId }) {
    const read = counts().findOne({ _id: accountId as MemberId });
    let earned = 0;
    let lastId = '';
    return {
      async take(stretch) {
        const counted = await read;
        for (const { _id, seq, moves } of stretch) {
          if (!counted || seq > counted.seq) continue;
          earned += issuedBy(moves);
          lastId = _id;
        }
        return [];
      },
      async finish() {
        const counted = await read;
        if (!counted || counted.earned === earned) return [];
        const message = `${counted.earned} were counted, ${earned} were earned`;
        return [{ code: 'L10', entryId: lastId, message }];
      },
    };
  },
};

function issuedBy(moves: readonly ledger.Move[]): number {
  return moves.reduce((sum, { postings }) => sum - (postings.issued ?? 0), 0);
}

function open(consumers = [counter]): void {
  const { standalone } = connection();
  const { log } = NOW;
  ledger.open({ couriers: [], consumers, standalone, clock: () => NOW.now, log });
}

beforeAll(() => open());
afterAll(() => ledger.close());
afterEach(() => vi.restoreAllMocks());

let member: MemberId;
beforeEach(async () => {
  await ledger.close();
  for (const name of ['accounts', 'entries', 'audit_rounds', 'test_counts']) {
    await database().collection(name).deleteMany({});
  }
  open();
  member = newId('mem', NOW.now);
  for (const n of [1, 2, 3]) await earn(member, n);
  await ledger.relayNow(NOW);
});

function earn(accountId: ledger.AccountId, n: number) {
  return ledger.post(NOW, accountId, `gift:${n}`, (book) => {
    book.earn({ points: 10 * n, expiresOn: '2027-02-01' });
    return {};
  });
}

async function findings(joins: readonly ledger.Join[], ctx: Context = NOW) {
  return (await ledger.audit(ctx, { joins })).findings;
}

/** Notes which entries it was shown, in stretches. */
function noting(accounts: ledger.Join['accounts'] = 'mem_') {
  const shown: number[][] = [];
  const asked: { happened: string[]; underWay: string[] }[] = [];
  const join: ledger.Join = {
    accounts,
    begin(_ctx, account) {
      return {
        async take(stretch) {
          shown.push(stretch.map(({ seq }) => seq));
          return [];
        },
        async finish() {
          const happened = await account.happened(['gift:1', 'gift:3', 'gift:4', 'gift:5']);
          const underWay = await account.underWayTo(['one', 'two', member]);
          asked.push({ happened: [...happened], underWay: [...underWay] });
          return [];
        },
      };
    },
  };
  return { join, shown, asked };
}

describe('a join', () => {
  it('is shown every entry once and in order, relayed or not', async () => {
    await earn(member, 4);
    const { join, shown, asked } = noting();
    expect(await findings([join])).toEqual([]);
    expect(shown).toEqual([[1, 2, 3, 4]]);
    expect(asked[0]?.happened.toSorted()).toEqual(['gift:1', 'gift:3', 'gift:4']);
  });

  it('asks which keys happened in its own account, relayed or not, and in no other', async () => {
    const other = newId('mem', NOW.now);
    await earn(other, 1);
    await earn(other, 5);
    await ledger.relayNow(NOW);
    // Nobody relays what is posted now before it was looked at.
    await ledger.close();
    for (const [accountId, n] of [
      [member, 3],
      [other, 2],
    ] as const) {
      const last = await entries().findOneAndDelete({ accountId, seq: n });
      if (!last) throw new Error('the entry is lost');
      const { _id, accountId: _, unseenBy: __, ...body } = last;
      await accounts().updateOne({ _id: accountId }, { $set: { outbox: [body] } });
    }
    open();
    const known = new Map<string, readonly string[]>();
    const join: ledger.Join = {
      accounts: 'mem_',
      begin: (_ctx, account) => ({
        take: async () => [],
        async finish() {
          const happened = await account.happened(['gift:1', 'gift:3', 'gift:5', 'gift:9']);
          known.set(account.accountId, [...happened].toSorted());
          return [];
        },
      }),
    };
    expect(await findings([join])).toEqual([]);
    expect(known.get(member)).toEqual(['gift:1', 'gift:3']);
    expect(known.get(other)).toEqual(['gift:1', 'gift:5']);
  });

  it('is shown what waits in the outbox once, when a part of it lies in entries already', async () => {
    await earn(member, 4);
    const [body] = (await accounts().findOne({ _id: member }))?.outbox ?? [];
    if (!body) throw new Error('nothing waits');
    const seq = body.seq;
    const _id = `${member}.${String(seq).padStart(9, '0')}` as ledger.EntryId;
    await entries().updateOne(
      { _id },
      { $setOnInsert: { accountId: member, ...body } },
      { upsert: true },
    );
    const { join, shown } = noting();
    await findings([join]);
    expect(shown.flat()).toEqual([1, 2, 3, 4]);
  });

  it('is shown long accounts stretch by stretch', async () => {
    // Nobody counts these.
    await ledger.close();
    open([]);
    await Promise.all(Array.from({ length: 500 }, (_, n) => earn(member, n + 4)));
    await ledger.relayNow(NOW);
    const { join, shown } = noting();
    expect(await findings([join])).toEqual([]);
    expect(shown.map((stretch) => stretch.length)).toEqual([500, 3]);
    expect(shown.flat()).toEqual(Array.from({ length: 503 }, (_, n) => n + 1));
  }, 60_000);

  it('is asked about no accounts but its own', async () => {
    const { join, shown, asked } = noting('pool:');
    expect(await findings([join])).toEqual([]);
    expect([shown, asked]).toEqual([[], []]);
  });

  it('may ask what is still on its way, from whichever account', async () => {
    const sender = newId('mem', NOW.now);
    await earn(sender, 1);
    await ledger.post(NOW, sender, 'ask:1', (book) => {
      book.deliver({ type: 'test', to: 'two', payload: {} });
      book.deliver({ type: 'test', to: 'three', payload: {} });
      return {};
    });
    const { join, asked } = noting();
    await findings([join]);
    expect(asked.map(({ underWay }) => underWay)).toEqual([['two'], ['two']]);
  });

  it('that finds something in an account which was written meanwhile looks at it again', async () => {
    let begun = 0;
    const join: ledger.Join = {
      accounts: 'mem_',
      begin: () => ({
        take: async () => [],
        async finish() {
          if (++begun > 1) return [];
          await earn(member, 4);
          return [{ code: 'L13', message: 'not yet' }];
        },
      }),
    };
    expect(await findings([join])).toEqual([]);
    expect(begun).toBe(2);
  });
});

function entries() {
  return database().collection<ledger.Entry>('entries');
}

function accounts() {
  return database().collection<Account>('accounts');
}

describe('the counts of a consumer', () => {
  it('are those of the entries, however often these are shown', async () => {
    await counter.see(NOW, (await ledger.statementOf(NOW, member, { limit: 9 })).entries);
    expect(await counts().findOne({ _id: member })).toMatchObject({ seq: 3, earned: 60 });
    expect(await findings([recount])).toEqual([]);
  });

  it.each([
    ['counted once more', { $inc: { earned: 30 } }, '90 were counted, 60 were earned'],
    ['not counted', { $set: { seq: 3, earned: 30 } }, '30 were counted, 60 were earned'],
  ])('are found wrong when an entry was %s, and no member is frozen for it', async (...row) => {
    const [, change, message] = row;
    await counts().updateOne({ _id: member }, change as object);
    const wrong = { code: 'L10', accountId: member, entryId: `${member}.000000003`, message };
    expect(await findings([recount])).toEqual([wrong]);
    await audits([recount]);
    expect(await accounts().countDocuments({ status: 'frozen' })).toBe(0);
    expect(await database().collection('audit_rounds').findOne()).toMatchObject({ findings: 1 });
  });
});

it('the nightly audit compares too, and freezes whom a join finds wrong', async () => {
  const stock: ledger.AccountId = 'stock:rwd_1';
  await ledger.post(NOW, stock, 'restock:1', (book) => {
    book.earn({ points: 1, kind: 'unit', expiresOn: '9999-12-31' });
    return {};
  });
  await ledger.relayNow(NOW);
  const join: ledger.Join = {
    accounts: 'stock:',
    begin: () => ({
      take: async ([first]) => [
        { code: 'L13', ...(first && { entryId: first._id }), message: 'no order' },
      ],
      finish: async () => [],
    }),
  };
  const error = vi.spyOn(TONIGHT.log, 'error').mockImplementation(() => undefined);
  await audits([join]);
  const found = { law: 'L13', accountId: stock, entryId: `${stock}.000000001` };
  expect(error).toHaveBeenCalledWith({ ...found, finding: 'no order' }, 'law broken');
  expect(await accounts().findOne({ _id: stock })).toMatchObject({ status: 'frozen' });
  const claim = ledger.post(TONIGHT, stock, 'order:1', (book) => {
    book.spend({ points: 1, purpose: 'claim' });
    return {};
  });
  await expect(claim).rejects.toThrow('ACCOUNT_FROZEN');
});

/** A whole night. */
async function audits(joins: readonly ledger.Join[]): Promise<void> {
  for (let more = true; more; ) ({ more } = await ledger.auditNightly(TONIGHT, { joins }));
}
