import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { NEVER } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import * as ledger from './index.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');
/** A claim that is still without its earning is late by then. */
const IN_TWO_DAYS = at('2026-02-02T08:00:01+08:00');
const DEADLINE = at('2026-02-10T00:00:00+08:00');

type Budget = `budget:${string}`;

/** Points given to a project: the pool counts them, or is closed and they come back. */
const donation: ledger.Courier = {
  type: 'donation',
  async carry(ctx, { deliveryId, to, lots }) {
    const points = lots.reduce((sum, lot) => sum + lot.points, 0);
    const { outcome } = await ledger.post(
      ctx,
      to as ledger.AccountId,
      `donation:${deliveryId}`,
      (book) => {
        if (book.status !== 'active') return book.refuse('POOL_CLOSED');
        book.earn({ points, kind: 'unit', expiresOn: NEVER });
        return { outcome: 'counted' };
      },
    );
    if (outcome.outcome === 'counted') return { outcome: 'accepted', facts: {} };
    return { outcome: 'refused', code: 'POOL_CLOSED', facts: {} };
  },
  onRefused(book, delivery) {
    book.takeBack(delivery);
    return {};
  },
};

/** One of the prizes that are left; who finds none has the declared consolation. */
const draw: ledger.Courier = {
  type: 'draw',
  async carry(ctx, { deliveryId, to }) {
    const { outcome } = await ledger.post(
      ctx,
      to as ledger.AccountId,
      `draw:${deliveryId}`,
      (book) => {
        if (book.spendable('claim') === 0) return book.refuse('PRIZE_GONE');
        book.spend({ points: 1, purpose: 'claim' });
        return { outcome: 'won' };
      },
    );
    if (outcome.outcome === 'won') return { outcome: 'accepted', facts: {} };
    return { outcome: 'refused', code: 'PRIZE_GONE', facts: {} };
  },
  onRefused(book) {
    book.earn({ points: 3, expiresOn: '2027-02-01' });
    return { consolation: 3 };
  },
};

beforeAll(() => {
  const { standalone } = connection();
  const couriers = [donation, draw];
  ledger.open({ couriers, consumers: [], standalone, clock: () => NOW.now, log: NOW.log });
});
afterAll(() => ledger.close());

let member: MemberId;
let account: (kind: 'stock' | 'prize' | 'budget' | 'pool') => ledger.AccountId;

beforeEach(async () => {
  member = await earner(100);
  const id = newId('cmp', NOW.now);
  account = (kind) => `${kind}:${id}`;
});

async function earner(points: number): Promise<MemberId> {
  const id = newId('mem', NOW.now);
  await ledger.post(NOW, id, 'gift:1', (book) => {
    book.earn({ points, expiresOn: '2027-02-01' });
    return {};
  });
  return id;
}

/** Puts pieces, or points to give away, into an account that is not a member's. */
function fill(accountId: ledger.AccountId, pieces: number, key = 'fill:1') {
  return ledger.post(NOW, accountId, key, (book) => {
    book.earn({ points: pieces, kind: 'unit', expiresOn: NEVER });
    return {};
  });
}

async function left(accountId: ledger.AccountId, ctx = NOW): Promise<number> {
  return (await ledger.balanceOf(ctx, accountId)).available;
}

async function held(accountId: ledger.AccountId, ctx = NOW): Promise<number> {
  return (await ledger.balanceOf(ctx, accountId)).held;
}

async function findings(accountId: ledger.AccountId, ctx = NOW) {
  const audit = await ledger.audit(ctx, { accountId });
  return audit.findings.map(({ code, message }) => ({ code, message }));
}

interface Earning {
  readonly key: string;
  readonly points: number;
  readonly by?: MemberId;
}

const claimKey = ({ key, by = member }: Earning): string => `claim:${by}:${key}`;

/** Takes points from a budget for an earning; the answer is on record. */
async function claim(budget: Budget, earning: Earning): Promise<string> {
  const { key: earningKey, points, by: earner = member } = earning;
  const { outcome } = await ledger.post(NOW, budget, claimKey(earning), (book) => {
    const there = book.spendable('claim');
    if (there < points) return book.refuse('BUDGET_EXHAUSTED', { left: there });
    book.spend({ points, purpose: 'claim' });
    return { outcome: 'claimed', earner, earningKey };
  });
  return String(outcome.outcome);
}

async function earn({ key, points, by = member }: Earning, ctx = NOW): Promise<string> {
  const { outcome } = await ledger.post(ctx, by, key, (book) => {
    book.earn({ points, expiresOn: '2027-02-01' });
    return { outcome: 'earned' };
  });
  return String(outcome.outcome);
}

/** The budget first, then the member, both in the name of the fact. */
async function earnWithin(budget: Budget, earning: Earning): Promise<string> {
  const answer = await claim(budget, earning);
  return answer === 'claimed' ? earn(earning) : answer;
}

/** The fact is refused on record, so that it can never be earned later; then the budget has it back. */
async function lapse(ctx: Context, budget: Budget, earning: Earning): Promise<string> {
  const { key, by = member } = earning;
  const { outcome } = await ledger.post(ctx, by, key, (book) => book.refuse('CLAIM_LAPSED'));
  if (outcome.outcome !== 'refused') return 'earned';
  return giveBack(ctx, budget, earning);
}

async function giveBack(ctx: Context, budget: Budget, earning: Earning): Promise<string> {
  const claimed = await ledger.entryOf(ctx, budget, claimKey(earning));
  if (!claimed) throw new Error('nothing was claimed');
  await ledger.post(ctx, budget, `lapsed:${claimKey(earning)}`, (book) => {
    book.refund({ of: ledger.moveOf(claimed), points: earning.points });
    return { outcome: 'lapsed' };
  });
  return 'lapsed';
}

describe('a budget', () => {
  let budget: Budget;
  beforeEach(async () => {
    budget = account('budget') as Budget;
    await fill(budget, 50);
  });

  it('is claimed, then earned, each fact once', async () => {
    const earning = { key: 'task:1', points: 20 };
    for (let n = 0; n < 3; n++) expect(await earnWithin(budget, earning)).toBe('earned');
    expect([await left(budget), await left(member)]).toEqual([30, 120]);
    await ledger.relayNow(NOW);
    expect(await findings(budget, IN_TWO_DAYS)).toEqual([]);
  });

  it('that is exhausted refuses on record: filling it up revives no fact, and serves the next', async () => {
    const late = { key: 'task:2', points: 31 };
    await earnWithin(budget, { key: 'task:1', points: 20 });
    expect(await earnWithin(budget, late)).toBe('refused');
    expect(await ledger.entryOf(NOW, budget, claimKey(late))).toMatchObject({
      outcome: { code: 'BUDGET_EXHAUSTED', facts: { left: 30 } },
      moves: [],
    });
    await fill(budget, 50, 'fill:2');
    expect(await earnWithin(budget, late)).toBe('refused');
    expect(await earnWithin(budget, { key: 'task:3', points: 80 })).toBe('earned');
    expect([await left(budget), await left(member)]).toEqual([0, 200]);
  });

  it('is never overdrawn by many at once', async () => {
    const members = await Promise.all(Array.from({ length: 12 }, () => earner(1)));
    const answers = await Promise.all(
      members.map((by) => earnWithin(budget, { key: 'task:1', points: 10, by })),
    );
    expect(answers.filter((answer) => answer === 'earned')).toHaveLength(5);
    expect(await left(budget)).toBe(0);
    expect(await findings(budget)).toEqual([]);
  });

  it('caps what one order may issue, whoever earns from it', async () => {
    const order: Budget = `budget:${newId('ord', NOW.now)}`;
    await fill(order, 30);
    const friend = await earner(1);
    expect(await earnWithin(order, { key: 'purchase:1', points: 25 })).toBe('earned');
    expect(await earnWithin(order, { key: 'referral:1', points: 6, by: friend })).toBe('refused');
    expect(await earnWithin(order, { key: 'referral:2', points: 5, by: friend })).toBe('earned');
    expect(await left(friend)).toBe(6);
  });

  it('of outstanding points has room again for what was redeemed', async () => {
    await earnWithin(budget, { key: 'task:1', points: 50 });
    expect(await earnWithin(budget, { key: 'task:2', points: 1 })).toBe('refused');
    await ledger.post(NOW, member, 'order:1', (book) => ({
      type: book.spend({ points: 20, purpose: 'redemption' }).type,
    }));
    await fill(budget, 20, `redeemed:${member}:order:1`);
    expect(await earnWithin(budget, { key: 'task:3', points: 20 })).toBe('earned');
    expect(await left(budget)).toBe(0);
  });

  it('shows what was issued beyond a claim', async () => {
    await claim(budget, { key: 'task:1', points: 20 });
    await earn({ key: 'task:1', points: 25 });
    const message = `20 points were claimed for task:1 of ${member}, who earned 25`;
    expect(await findings(budget)).toEqual([{ code: 'L13', message }]);
    await ledger.relayNow(NOW);
    expect(await findings(budget)).toEqual([{ code: 'L13', message }]);
  });

  it('has back what was claimed and never earned, after it was found', async () => {
    const earning = { key: 'task:1', points: 20 };
    await claim(budget, earning);
    await ledger.relayNow(NOW);
    expect(await findings(budget, at('2026-02-02T08:00:00+08:00'))).toEqual([]);
    const message = `claim for task:1 of ${member} was neither earned nor given back`;
    expect(await findings(budget, IN_TWO_DAYS)).toEqual([{ code: 'L9', message }]);

    for (let n = 0; n < 2; n++) expect(await lapse(IN_TWO_DAYS, budget, earning)).toBe('lapsed');
    expect(await left(budget, IN_TWO_DAYS)).toBe(50);
    expect(await earn(earning, IN_TWO_DAYS)).toBe('refused');
    expect(await left(member, IN_TWO_DAYS)).toBe(100);
    expect(await findings(budget, IN_TWO_DAYS)).toEqual([]);
  });

  it('keeps what was earned at the last moment', async () => {
    const earning = { key: 'task:1', points: 20 };
    await earnWithin(budget, earning);
    expect(await lapse(NOW, budget, earning)).toBe('earned');
    expect([await left(budget), await left(member)]).toEqual([30, 120]);
  });

  it('that gave back what was earned is found', async () => {
    const earning = { key: 'task:1', points: 20 };
    await earnWithin(budget, earning);
    await giveBack(NOW, budget, earning);
    expect(await findings(budget)).toMatchObject([
      { code: 'L13', message: expect.stringMatching(/was given back and earned$/) },
    ]);
  });
});

describe('a pool', () => {
  async function donate(points: number, to: ledger.AccountId): Promise<ledger.Receipt> {
    const key = `donation:${newId('don', NOW.now)}`;
    const { outcome } = await ledger.post(NOW, member, key, (book) => {
      const refundable = book.spend({ points, purpose: 'donation', into: 'donated' });
      const { deliveryId } = book.deliver({ type: 'donation', to, payload: {}, refundable });
      return { deliveryId };
    });
    return ledger.carry(NOW, member, outcome.deliveryId);
  }

  it('counts what was given to it, once however often it is carried', async () => {
    const pool = account('pool');
    expect(await donate(30, pool)).toMatchObject({ outcome: 'accepted' });
    expect(await donate(12, pool)).toMatchObject({ outcome: 'accepted' });
    expect([await left(pool), await left(member)]).toEqual([42, 58]);
    for (const id of [pool, member]) expect(await findings(id)).toEqual([]);
  });

  it('that is closed gives the very lots back', async () => {
    const pool = account('pool');
    await fill(pool, 1);
    await ledger.post(NOW, pool, 'close:1', (book) => ({ type: book.close().type }));
    const before = await ledger.expiringOf(NOW, member, NEVER);
    expect(await donate(30, pool)).toMatchObject({ outcome: 'refused', code: 'POOL_CLOSED' });
    expect(await ledger.expiringOf(NOW, member, NEVER)).toEqual(before);
    for (const id of [pool, member]) expect(await findings(id)).toEqual([]);
  });
});

describe('a prize', () => {
  it('is drawn as often as there is one; then there is the consolation', async () => {
    const prizes = account('prize');
    await fill(prizes, 2);
    const play = async (n: number) => {
      const { outcome } = await ledger.post(NOW, member, `draw:${n}`, (book) => {
        book.spend({ points: 10, purpose: 'redemption' });
        const { deliveryId } = book.deliver({ type: 'draw', to: prizes, payload: {} });
        return { deliveryId };
      });
      const receipt = await ledger.carry(NOW, member, outcome.deliveryId);
      expect(await ledger.carry(NOW, member, outcome.deliveryId)).toEqual(receipt);
      return receipt.outcome;
    };
    expect([await play(1), await play(2), await play(3)]).toEqual([
      'accepted',
      'accepted',
      'refused',
    ]);
    expect([await left(prizes), await left(member)]).toEqual([0, 73]);
    for (const id of [prizes, member]) expect(await findings(id)).toEqual([]);
  });
});

describe('a stock', () => {
  it('gives away what it has, and a refusal stays one when more comes in', async () => {
    const stock = account('stock');
    await fill(stock, 1);
    const take = async (n: number) => {
      const { outcome } = await ledger.post(NOW, stock, `order:${n}`, (book) => {
        if (book.spendable('claim') < 1) return book.refuse('REWARD_OUT_OF_STOCK');
        book.spend({ points: 1, purpose: 'claim' });
        return { outcome: 'reserved' };
      });
      return outcome.outcome;
    };
    expect([await take(1), await take(2)]).toEqual(['reserved', 'refused']);
    await fill(stock, 5, 'fill:2');
    expect([await take(2), await take(3)]).toEqual(['refused', 'reserved']);
    expect(await left(stock)).toBe(4);
    expect(await findings(stock)).toEqual([]);
  });

  it('holds pieces that no other purpose may take', async () => {
    const stock = account('stock');
    await fill(stock, 5);
    for (const purpose of ['redemption', 'festival', 'transfer', 'donation', 'stake'] as const) {
      const taken = ledger.post(NOW, stock, `take:${purpose}`, (book) => {
        book.spend({ points: 1, purpose });
        return {};
      });
      await expect(taken).rejects.toThrow('POINTS_INSUFFICIENT');
    }
    expect(await left(stock)).toBe(5);
  });
});

describe('holds', () => {
  const hold = (by: MemberId, holdId: string, points: number) =>
    ledger.post(NOW, by, `bid:${holdId}`, (book) => {
      book.hold({ holdId, points, purpose: 'stake', until: DEADLINE.now });
      return {};
    });
  const capture = (by: MemberId, holdId: string, into?: 'donated') =>
    ledger.post(NOW, by, `won:${holdId}`, (book) => {
      book.capture({ holdId, ...(into && { into }) });
      return {};
    });
  const release = (by: MemberId, holdId: string) =>
    ledger.post(NOW, by, `outbid:${holdId}`, (book) => {
      book.release({ holdId, because: 'member' });
      return {};
    });

  it('are the bids of an auction: who is outbid has them back, the winner pays', async () => {
    const rival = await earner(100);
    await hold(member, 'a', 40);
    await hold(rival, 'b', 50);
    await release(member, 'a');
    await hold(member, 'c', 90);
    await release(rival, 'b');
    expect([await left(member), await held(member), await left(rival)]).toEqual([10, 90, 100]);
    await capture(member, 'c');
    expect([await left(member), await held(member), await held(rival)]).toEqual([10, 0, 0]);
    await expect(release(member, 'c')).rejects.toThrow('HOLD_NOT_FOUND');
    for (const id of [member, rival]) expect(await findings(id)).toEqual([]);
  });

  it('are pledges: captured when the goal is reached, for the project', async () => {
    const others = await Promise.all([earner(30), earner(30)]);
    const pledgers = [member, ...others];
    for (const by of pledgers) await hold(by, 'goal', 25);
    for (const by of pledgers) await capture(by, 'goal', 'donated');
    for (const by of pledgers) {
      expect(await held(by)).toBe(0);
      expect(await findings(by)).toEqual([]);
    }
    expect(await left(member)).toBe(75);
  });

  it('are pledges: released when it fails, also when nobody says so', async () => {
    const silent = await earner(30);
    for (const by of [member, silent]) await hold(by, 'goal', 25);
    await release(member, 'goal');
    expect(await left(member)).toBe(100);
    expect([await left(silent), await held(silent)]).toEqual([5, 25]);
    expect([await left(silent, DEADLINE), await held(silent, DEADLINE)]).toEqual([30, 0]);
    const late = ledger.post(DEADLINE, silent, 'won:goal', (book) => {
      book.capture({ holdId: 'goal' });
      return {};
    });
    await expect(late).rejects.toThrow('HOLD_NOT_FOUND');
  });
});
