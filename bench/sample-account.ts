/** Accounts as they are after a year of use, for measuring: 2.7 KB, made by the ledger itself. */
import { addDays, type BusinessDay, businessDayOf } from '../src/kernel/business-day.ts';
import { type Context, contextAt } from '../src/kernel/context.ts';
import type { Facts } from '../src/kernel/facts.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import { type Account, newAccount } from '../src/loyalty/ledger/account.model.ts';
import type { Book } from '../src/loyalty/ledger/book.ts';
import { decideOn } from '../src/loyalty/ledger/decide.ts';
import { dueAtOf } from '../src/loyalty/ledger/due-at.ts';
import type { EntryBody } from '../src/loyalty/ledger/entry.model.ts';
import { dropRelayed } from '../src/loyalty/ledger/keys.ts';
import { type Patch, patchOf } from '../src/loyalty/ledger/patch.ts';
import { silent } from './clock.ts';

const MEMBER: MemberId = 'mem_01jq8zt4e5k6m7n8p9qrstvwxy';
const FACETS: Readonly<Record<`${string}.${string}`, object>> = {
  'checkin.streak': { lastDay: '2026-03-01', days: 12 },
  'levels.growth': { level: 'gold', growth: 5230, since: '2025-11-01', until: '2026-10-31' },
  'tasks.progress': { day: '2026-03-01', done: ['tsk_01jq8zt4e5k6m7n8p9qrstvwxy'] },
  'mall.redeemed': { rwd_01jq8zt4e5: 1, rwd_01jq8zt4e9: 2 },
  'rules.once': { marks: ['enrol', 'profile', 'first-order'] },
};
const LOTS = 12;
const KEYS = 16;

/** What a check-in decides. */
export function checkInOn(book: Book): Facts {
  const streak = { name: 'checkin.streak', initial: { lastDay: '', days: 0 } } as const;
  const { days } = book.facet<{ lastDay: string; days: number }>(streak);
  const sources = [
    { source: 'checkin.base', points: 5 },
    { source: 'checkin.streak-7', points: 20 },
  ];
  book.earn({ points: 25, expiresOn: '2027-04-01', sources, ruleVersion: 'standard@1' });
  book.setFacet(streak, { lastDay: '2026-03-02', days: days + 1 });
  return { occasion: 'ok', streakDays: days + 1, pointsEarned: 25 };
}

export function contextOn(now: Date): Context {
  const actor = { type: 'member', id: MEMBER } as const;
  return contextAt({ now, actor, cause: 'msg:24012345678901234', log: silent });
}

/** An account with a dozen lots, five facets and a full memory of keys, last used the day before. */
export function sampleAccount(now: Date): Account {
  let account: Account = { ...newAccount(MEMBER), version: 1 };
  let step = -LOTS - KEYS - 10;
  const act = (decide: (book: Book) => Facts) => {
    const at = new Date(now.getTime() + step++ * 3_600_000 - 86_400_000);
    ({ account } = applied(account, { at, key: `sample:${step}`, decide }));
  };
  for (let i = 0; i < LOTS; i++) {
    const expiresOn = addDays('2027-01-01', i * 31) as BusinessDay;
    act((book) => {
      book.earn({ points: 480 + i, expiresOn });
      return {};
    });
  }
  for (const [name, state] of Object.entries(FACETS)) {
    act((book) => {
      book.setFacet({ name: name as `${string}.${string}`, initial: {} }, state);
      return {};
    });
  }
  for (let i = 0; i < KEYS; i++) act(checkInOn);
  return dropRelayed(account, account.seq);
}

/** What a hand-written check-in would send: the same update, of the same size, without deciding. */
export interface Canned {
  readonly patch: Patch;
  readonly entry: EntryBody;
}

/** The update of an account whose last entry was relayed since: it is forgotten by the same write. */
export function cannedCheckIn(account: Account, now: Date): Canned {
  const key = `checkin:${businessDayOf(now)}`;
  const last = applied(account, { at: now, key: `${key}:1`, decide: checkInOn }).account;
  const { account: next, entry } = applied(last, { at: now, key, decide: checkInOn });
  return { patch: patchOf(last, dropRelayed(next, last.seq)), entry };
}

interface Act {
  readonly at: Date;
  readonly key: string;
  readonly decide: (book: Book) => Facts;
}

function applied(base: Account, { at, key, decide }: Act): { account: Account; entry: EntryBody } {
  const command = { ctx: contextOn(at), key, decide };
  const decision = decideOn(base, command, new Map([[key, null]]));
  if (decision.kind !== 'written') throw new Error(`the sample was ${decision.kind}`);
  const { account, entry } = decision;
  return { account: { ...account, version: base.version + 1, dueAt: dueAtOf(account) }, entry };
}
