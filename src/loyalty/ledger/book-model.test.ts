import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  DAY_MS,
  startOfDay,
} from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { Facts } from '../../kernel/facts.ts';
import { type Account, newAccount } from './account.model.ts';
import type { AccountBook } from './account-book.ts';
import { auditorOf } from './audit-account.ts';
import { defineFacet } from './book.ts';
import { decideOn } from './decide.ts';
import { type Delivery, type Entry, moveOf, toEntry } from './entry.model.ts';
import { dropRelayed } from './keys.ts';
import { limits } from './limits.ts';
import { KINDS_FOR, spendableOf, sumOf } from './lots.ts';
import type { Kind, Purpose } from './points.ts';
import { refoldOf } from './refold.ts';
import { settleOverdue } from './settle-overdue.ts';

/** One grant of points: the naive model merges nothing and expires eagerly. */
interface Grant {
  readonly kind: Kind;
  readonly expiresOn: BusinessDay;
  points: number;
}
interface HeldGrants {
  grants: Grant[];
  readonly until: number;
  readonly pending: boolean;
}
interface Spent {
  readonly entry: Entry;
  readonly used: readonly Grant[];
  readonly points: number;
  refunded: number;
}

const ACCOUNT = 'mem_model';
const EVERY: readonly Kind[] = ['general', 'loan', 'festival'];
const counter = defineFacet({ name: 'test.counter', initial: { total: 0 } });

class World {
  now = Date.parse('2026-01-01T04:00:00Z');
  grants: Grant[] = [];
  readonly holds = new Map<string, HeldGrants>();
  loan: { points: number; readonly dueOn: BusinessDay } | null = null;
  owed = 0;
  isFrozen = false;
  expired = 0;
  counted = 0;
  readonly spends: Spent[] = [];
  sent: { readonly delivery: Delivery; readonly used: readonly Grant[] }[] = [];
  pending: { readonly entry: Entry; readonly holdId: string }[] = [];
  account: Account = newAccount(ACCOUNT);
  readonly entries: Entry[] = [];
  /** The account after each of its entries' writes. */
  readonly states: Account[] = [];
  n = 0;

  get today(): BusinessDay {
    return businessDayOf(new Date(this.now));
  }

  live(kinds: readonly Kind[]): Grant[] {
    const usable = this.grants.filter(
      ({ expiresOn, kind }) => expiresOn > this.today && kinds.includes(kind),
    );
    return usable.sort(soonestFirst);
  }

  available(kinds: readonly Kind[]): number {
    return sumOf(this.live(kinds));
  }

  take(points: number, kinds: readonly Kind[]): Grant[] | null {
    if (this.available(kinds) < points) return null;
    const used: Grant[] = [];
    let missing = points;
    for (const grant of this.live(kinds)) {
      const here = Math.min(missing, grant.points);
      if (here === 0) continue;
      grant.points -= here;
      missing -= here;
      used.push({ ...grant, points: here });
    }
    this.grants = this.grants.filter((grant) => grant.points > 0);
    return used;
  }

  /** The same for what a frozen account may not do. */
  takeActive(points: number, kinds: readonly Kind[]): Grant[] | null {
    return this.isFrozen ? null : this.take(points, kinds);
  }

  /** What is left of grants after debts are repaid; what repays leaves those that expire soonest. */
  afterDebts(grants: readonly Grant[]): Grant[] {
    const all = sumOf(grants);
    let left = all;
    if (this.loan) {
      const most = this.today < this.loan.dueOn ? Math.floor(left / 2) : left;
      const part = Math.min(this.loan.points, most);
      this.loan.points -= part;
      left -= part;
      if (this.loan.points === 0) this.loan = null;
    }
    const part = Math.min(this.owed, left);
    this.owed -= part;
    left -= part;
    return unitsOf([...grants].sort(soonestFirst)).slice(all - left);
  }

  expire(): void {
    const gone = this.grants.filter(({ expiresOn }) => expiresOn <= this.today);
    this.expired += sumOf(gone);
    this.grants = this.grants.filter(({ expiresOn }) => expiresOn > this.today);
  }

  /** Time passes: everything that is due happens at once. */
  settle(): void {
    this.expire();
    for (const [id, hold] of this.holds) {
      if (hold.until > this.now) continue;
      this.holds.delete(id);
      this.grants.push(...(hold.pending ? this.afterDebts(hold.grants) : hold.grants));
      this.expire();
    }
    if (!this.loan || this.loan.dueOn > this.today) return;
    const paid = Math.min(this.loan.points, this.available(['general']));
    this.take(paid, ['general']);
    this.owed += this.loan.points - paid;
    this.loan = null;
  }

  /** Posts to the real account. */
  post(decide: (book: AccountBook) => unknown, answers?: string): Entry | DomainError {
    const ctx = at(new Date(this.now).toISOString());
    const key = `k${this.n++}`;
    const command = {
      ctx,
      key,
      decide: (book: AccountBook): Facts => {
        decide(book);
        return answers ? { outcome: 'refused' } : {};
      },
      ...(answers && { answers }),
    };
    const result = decideOn(this.account, command, new Map([[key, null]]));
    if (result.kind === 'thrown') {
      if (result.error instanceof DomainError) return result.error;
      throw result.error;
    }
    if (result.kind !== 'written') throw new Error(result.kind);
    this.adopt(result.account);
    return toEntry(ACCOUNT, result.entry);
  }

  adopt(account: Account): void {
    this.entries.push(...account.outbox.map((entry) => toEntry(ACCOUNT, entry)));
    const version = this.account.version + 1;
    this.account = { ...dropRelayed(account, account.seq), version };
    this.states.push(this.account);
  }

  mustAgree(): void {
    const now = new Date(Math.max(this.now, this.account.lastPostedAt.getTime()));
    const settled = settleOverdue(this.account, now);
    if (settled !== this.account) this.adopt(settled);
    this.settle();
    const { lots, holds, debts, facets, status } = this.account;
    const real = {
      isFrozen: status === 'frozen',
      spendable: purposes.map((purpose) => spendableOf(lots, this.today, KINDS_FOR[purpose])),
      held: sumOf(holds),
      debt: sumOf(debts),
      facet: facets.test?.counter ?? { total: 0 },
    };
    expect(real).toEqual({
      isFrozen: this.isFrozen,
      spendable: purposes.map((purpose) => this.available(KINDS_FOR[purpose])),
      held: sumOf([...this.holds.values()].flatMap(({ grants }) => grants)),
      debt: this.owed + (this.loan?.points ?? 0),
      facet: { total: this.counted },
    });
  }
}

const purposes = Object.keys(KINDS_FOR) as Purpose[];

function soonestFirst(a: Grant, b: Grant): number {
  if (a.expiresOn !== b.expiresOn) return a.expiresOn < b.expiresOn ? -1 : 1;
  return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
}

/** Point by point: slow, and beyond doubt. */
function unitsOf(grants: readonly Grant[]): Grant[] {
  return grants.flatMap((grant) =>
    Array.from({ length: grant.points }, () => ({ ...grant, points: 1 })),
  );
}

/** The decision of the real account must be the model's. */
function agreed(result: Entry | DomainError, isDone: boolean): Entry | null {
  expect(result instanceof DomainError ? result.code : 'done').toEqual(
    isDone ? 'done' : expect.not.stringMatching(/^done$/),
  );
  return result instanceof DomainError ? null : result;
}

function pick<Item>(list: readonly Item[], nth: number): Item | undefined {
  return list[nth % Math.max(1, list.length)];
}

function command<Input>(name: string, run: (world: World, input: Input) => void) {
  return (input: Input): fc.Command<World, null> => ({
    check: () => true,
    run(world) {
      world.settle();
      run(world, input);
      world.mustAgree();
    },
    toString: () => `${name}(${JSON.stringify(input)})`,
  });
}

const points = fc.integer({ min: 1, max: 50 });
const days = fc.integer({ min: 1, max: 6 });
const nth = fc.nat(9);

const incoming = [
  fc.record({ points, days, marked: fc.boolean() }).map(
    command('earn', (world, input) => {
      const expiresOn = addDays(world.today, input.days);
      const result = world.post((book) => {
        book.earn({ points: input.points, expiresOn });
        if (input.marked) book.setFacet(counter, { total: book.facet(counter).total + 1 });
      });
      agreed(result, true);
      if (input.marked) world.counted++;
      const grant = { kind: 'general', expiresOn, points: input.points } as const;
      world.grants.push(...world.afterDebts([grant]));
    }),
  ),
  fc.record({ points, days, wait: days }).map(
    command('earn pending', (world, input) => {
      const expiresOn = addDays(world.today, input.days);
      const pendingUntil = addDays(world.today, input.wait);
      const holdId = `pending:${pendingUntil}`;
      const fits = world.holds.has(holdId) || world.holds.size < limits.holdsMax;
      const earning = { points: input.points, expiresOn, pendingUntil };
      const entry = agreed(
        world.post((book) => book.earn(earning)),
        fits,
      );
      if (!entry) return;
      const until = startOfDay(pendingUntil).getTime();
      const hold = world.holds.get(holdId) ?? { grants: [], until, pending: true };
      hold.grants.push({ kind: 'general', expiresOn, points: input.points });
      world.holds.set(holdId, hold);
      world.pending.push({ entry, holdId });
    }),
  ),
  nth.map(
    command('mature', (world, input) => {
      const item = pick(world.pending, input);
      if (!item) return;
      world.pending = world.pending.filter((other) => other !== item);
      const hold = world.holds.get(item.holdId);
      agreed(
        world.post((book) => book.mature({ of: moveOf(item.entry) })),
        hold !== undefined,
      );
      if (!hold) return;
      const lot = item.entry.moves[0]?.held?.lots[0];
      const at = hold.grants.findIndex(
        (grant) => grant.expiresOn === lot?.expiresOn && grant.points === lot.points,
      );
      const grants = hold.grants.splice(at, 1);
      if (hold.grants.length === 0) world.holds.delete(item.holdId);
      world.grants.push(...world.afterDebts(grants));
    }),
  ),
  fc.record({ points, days, due: days }).map(
    command('borrow', (world, input) => {
      const isFree = !world.isFrozen && world.loan === null && world.owed === 0;
      const expiresOn = addDays(world.today, input.days);
      const dueOn = addDays(world.today, input.due);
      const loan = { points: input.points, expiresOn, dueOn };
      agreed(
        world.post((book) => book.borrow(loan)),
        isFree,
      );
      if (!isFree) return;
      world.loan = { points: input.points, dueOn };
      world.grants.push({ kind: 'loan', expiresOn, points: input.points });
    }),
  ),
  fc.record({ points, days }).map(
    command('revive', (world, input) => {
      const fits = !world.isFrozen && input.points <= world.expired;
      const expiresOn = addDays(world.today, input.days);
      agreed(
        world.post((book) => book.revive({ points: input.points, expiresOn })),
        fits,
      );
      if (!fits) return;
      world.expired -= input.points;
      world.grants.push({ kind: 'festival', expiresOn, points: input.points });
    }),
  ),
];

const corrected = [
  fc.record({ points, days, isMore: fc.boolean() }).map(
    command('adjust', (world, input) => {
      const expiresOn = addDays(world.today, input.days);
      const used = input.isMore ? [] : world.take(input.points, EVERY);
      const change = input.isMore ? input.points : -input.points;
      agreed(
        world.post((book) => book.adjust({ points: change, expiresOn })),
        used !== null,
      );
      if (input.isMore) world.grants.push({ kind: 'general', expiresOn, points: input.points });
    }),
  ),
  fc.record({ points, days, kind: fc.constantFrom<Kind>('general', 'festival') }).map(
    command('receive', (world, input) => {
      const expiresOn = addDays(world.today, input.days);
      const lot = { kind: input.kind, expiresOn, points: input.points };
      const delivery = deliveryOf(world, lot);
      const entry = agreed(
        world.post((book) => book.receive(delivery)),
        !world.isFrozen,
      );
      if (entry) world.grants.push({ ...lot });
    }),
  ),
  fc.boolean().map(
    command('freeze', (world, isFreeze) => {
      agreed(
        world.post((book) => (isFreeze ? book.freeze() : book.unfreeze())),
        world.isFrozen !== isFreeze,
      );
      world.isFrozen = isFreeze;
    }),
  ),
  fc.record({ often: fc.integer({ min: 0, max: 3 }) }).map(
    command('forfeit', (world, { often }) => {
      if (often > 0) return;
      const held = [...world.holds.values()].map(({ grants }) => grants.toSorted(soonestFirst));
      const used = [...world.live(EVERY), ...held.flat()].map((grant) => ({ ...grant }));
      const entry = agreed(
        world.post((book) => book.forfeit()),
        true,
      );
      world.grants = [];
      world.holds.clear();
      world.pending = [];
      const all = sumOf(used);
      if (entry && all > 0) world.spends.push({ entry, used, points: all, refunded: 0 });
    }),
  ),
  fc.record({ nth, points }).map(
    command('claw back an earning', (world, input) => {
      const item = pick(world.pending, input.nth);
      const lot = item?.entry.moves[0]?.held?.lots[0];
      if (!item || !lot || world.loan) return;
      agreed(
        world.post((book) => book.clawback({ points: input.points, of: moveOf(item.entry) })),
        true,
      );
      clawBack(world, { ...item, lot, points: input.points });
    }),
  ),
];

interface Clawed {
  readonly holdId: string;
  readonly lot: Pick<Grant, 'expiresOn'>;
  readonly points: number;
}

/** Point by point: from what is pending, from the lot of the earning, from any, as a debt. */
function clawBack(world: World, { holdId, lot, points: wanted }: Clawed): void {
  const isSource = ({ kind, expiresOn }: Grant) =>
    kind === 'general' && expiresOn === lot.expiresOn;
  let left = wanted;
  const without = (grants: readonly Grant[], may: (grant: Grant) => boolean): Grant[] =>
    unitsOf(grants).filter((grant) => {
      const goes = left > 0 && may(grant);
      if (goes) left--;
      return !goes;
    });
  const hold = world.holds.get(holdId);
  if (hold) {
    hold.grants = without(hold.grants, isSource);
    if (hold.grants.length === 0) world.holds.delete(holdId);
  }
  world.grants = without(world.live(EVERY), isSource);
  world.grants = without(world.live(EVERY), () => true);
  world.owed += left;
  // What is left of these earnings cannot be told apart any more.
  world.pending = world.pending.filter((other) => other.holdId !== holdId);
}

function deliveryOf(world: World, lot: Grant): Delivery {
  const sentAt = new Date(world.now);
  const deliveryId = `mem_other.${String(world.n + 1).padStart(9, '0')}#0`;
  const sent = { deliveryId, type: 'points', to: ACCOUNT, payload: {}, lots: [lot] };
  return { ...sent, contra: 'inTransit', sentAt, attempts: 0, nextAttemptAt: sentAt };
}

const outgoing = [
  fc
    .record({ points, purpose: fc.constantFrom<Purpose>('redemption', 'festival', 'donation') })
    .map(
      command('spend', (world, input) => {
        const used = world.takeActive(input.points, KINDS_FOR[input.purpose]);
        const entry = agreed(
          world.post((book) => book.spend(input)),
          used !== null,
        );
        if (entry && used) world.spends.push({ entry, used, points: input.points, refunded: 0 });
      }),
    ),
  fc.record({ points, nth }).map(
    command('refund', (world, input) => {
      const spent = pick(world.spends, input.nth);
      if (!spent) return;
      const left = spent.points - spent.refunded;
      const fits = input.points <= left;
      agreed(
        world.post((book) => book.refund({ of: moveOf(spent.entry), points: input.points })),
        fits,
      );
      if (!fits) return;
      spent.refunded += input.points;
      const back = unitsOf(spent.used).slice(left - input.points, left);
      world.grants.push(...back.map((grant) => withGrace(world, grant)));
    }),
  ),
  points.map(
    command('clawback', (world, input) => {
      if (world.loan) return;
      const here = Math.min(input, world.available(EVERY));
      world.take(here, EVERY);
      agreed(
        world.post((book) => book.clawback({ points: input })),
        true,
      );
      world.owed += input - here;
    }),
  ),
  points.map(
    command('send', (world, input) => {
      if (world.account.deliveries.length >= limits.deliveriesMax) return;
      const used = world.takeActive(input, KINDS_FOR.transfer);
      const result = world.post((book) => book.send({ to: 'mem_other', points: input }));
      const delivery = agreed(result, used !== null)?.deliveries?.[0];
      if (delivery && used) world.sent.push({ delivery, used });
    }),
  ),
  nth.map(
    command('come back', (world, input) => {
      const sent = pick(world.sent, input);
      if (!sent) return;
      world.sent = world.sent.filter((item) => item !== sent);
      const { delivery, used } = sent;
      agreed(
        world.post((book) => book.takeBack(delivery), delivery.deliveryId),
        true,
      );
      const back = used.map((grant) =>
        grant.expiresOn > world.today ? grant : withGrace(world, grant),
      );
      world.grants.push(...back);
    }),
  ),
];

const holding = [
  fc.record({ points, hours: fc.integer({ min: 1, max: 100 }) }).map(
    command('hold', (world, input) => {
      if (world.account.holds.length >= limits.holdsMax) return;
      const holdId = `h${world.n}`;
      const until = world.now + input.hours * 3_600_000;
      const used = world.takeActive(input.points, KINDS_FOR.stake);
      const hold = { holdId, points: input.points, purpose: 'stake', until: new Date(until) };
      agreed(
        world.post((book) => book.hold({ ...hold, purpose: 'stake' })),
        used !== null,
      );
      if (used) world.holds.set(holdId, { grants: used, until, pending: false });
    }),
  ),
  fc.record({ nth, part: points, how: fc.constantFrom('capture', 'member', 'merchant') }).map(
    command('end hold', (world, { nth: n, part, how }) => {
      const holdId = pick(
        [...world.holds].filter(([, { pending }]) => !pending).map(([id]) => id),
        n,
      );
      const hold = holdId && world.holds.get(holdId);
      if (!holdId || !hold) return;
      const spent = how === 'capture' ? Math.min(part, sumOf(hold.grants)) : 0;
      const result = world.post((book) => {
        if (how === 'capture') book.capture({ holdId, points: spent });
        else book.release({ holdId, because: how === 'merchant' ? 'merchant' : 'member' });
      });
      const entry = agreed(result, true);
      const units = unitsOf(hold.grants);
      const back = units.slice(spent);
      world.grants.push(
        ...(how === 'merchant' ? back.map((grant) => withGrace(world, grant)) : back),
      );
      world.holds.delete(holdId);
      const used = units.slice(0, spent);
      if (entry && spent > 0) world.spends.push({ entry, used, points: spent, refunded: 0 });
    }),
  ),
  fc.integer({ min: 1, max: 60 }).map(
    command('wait', (world, hours) => {
      world.now += (hours * DAY_MS) / 24;
    }),
  ),
];

function withGrace({ today }: World, grant: Grant): Grant {
  const soonest = addDays(today, limits.graceDays);
  return grant.expiresOn < soonest ? { ...grant, expiresOn: soonest } : grant;
}

beforeEach(() => {
  limits.checkPurity = true;
});
afterEach(() => {
  limits.checkPurity = false;
});

/** Every prefix of the entries leads to the account as it was then. */
function mustFoldAnew({ account, entries, states }: World): void {
  const fold = refoldOf(account);
  let next = 0;
  for (const state of states) {
    for (; next < state.seq; next++) fold.take(entries[next] as Entry);
    const { version: _, deliveries, ...folded } = fold.finish();
    const { version: __, deliveries: then, ...was } = state;
    expect({ ...folded, dueAt: was.dueAt }).toEqual(was);
    const open = new Set(account.deliveries.map(({ deliveryId }) => deliveryId));
    expect(deliveries).toEqual(then.filter(({ deliveryId }) => open.has(deliveryId)));
  }
}

/** Closing takes all that is left and all that is owed, unless something is open; then it refuses. */
function mustClose(world: World): void {
  const { holds, deliveries } = world.account;
  const result = world.post((book) => book.close());
  const isBusy = holds.length > 0 || deliveries.length > 0;
  expect(result instanceof DomainError ? result.code : 'closed').toBe(
    isBusy ? 'ACCOUNT_BUSY' : 'closed',
  );
  if (isBusy) return;
  const { lots, debts, status, seq } = world.account;
  expect({ lots, debts, status }).toEqual({ lots: [], debts: [], status: 'closed' });
  for (const verb of ON_A_CLOSED_ACCOUNT) {
    expect(world.post(verb)).toMatchObject({ code: 'ACCOUNT_CLOSED' });
  }
  expect(world.account.seq).toBe(seq);
  const auditor = auditorOf(world.account, new Date(world.now));
  for (const entry of world.entries) auditor.take(entry);
  expect(auditor.finish().findings).toEqual([]);
  mustFoldAnew(world);
}

const ON_A_CLOSED_ACCOUNT: readonly ((book: AccountBook) => unknown)[] = [
  (book) => book.earn({ points: 1, expiresOn: '2027-01-01' }),
  (book) => book.spend({ points: 1, purpose: 'redemption' }),
  (book) => book.hold({ holdId: 'h', points: 1, purpose: 'stake', until: new Date(0) }),
  (book) => book.send({ to: 'mem_other', points: 1 }),
  (book) => book.borrow({ points: 1, expiresOn: '2027-01-01', dueOn: '2027-01-01' }),
  (book) => book.clawback({ points: 1 }),
  (book) => book.adjust({ points: 1, expiresOn: '2027-01-01' }),
  (book) => book.forfeit(),
  (book) => book.close(),
];

it('whatever happens to an account, it agrees with a naive model and passes the audit', () => {
  const steps = fc.commands([...incoming, ...corrected, ...outgoing, ...holding], {
    maxCommands: 100,
    size: 'max',
  });
  const property = fc.property(steps, (list) => {
    const world = new World();
    fc.modelRun(() => ({ model: world, real: null }), list);
    const auditor = auditorOf(world.account, new Date(world.now));
    for (const entry of world.entries) auditor.take(entry);
    // Nobody carries what is sent here, so deliveries grow overdue (L9).
    expect(auditor.finish().findings.filter(({ code }) => code !== 'L9')).toEqual([]);
    mustFoldAnew(world);
    mustClose(world);
  });
  fc.assert(property, { numRuns: 300 });
}, 300_000);
