/** Accounts as they are after a year of use, for measuring: 2.7 KB, made by the ledger itself. */
import { businessDayOf, startOfMonth } from '../src/kernel/business-day.ts';
import type { Facts } from '../src/kernel/facts.ts';
import { type Account, newAccount } from '../src/loyalty/ledger/account.model.ts';
import type { Book } from '../src/loyalty/ledger/book.ts';
import type { EntryBody } from '../src/loyalty/ledger/entry.model.ts';
import { dropRelayed } from '../src/loyalty/ledger/keys.ts';
import { type Patch, patchOf } from '../src/loyalty/ledger/patch.ts';
import { decided, MEMBER } from './decided.ts';

const FACETS: Readonly<Record<`${string}.${string}`, object>> = {
  'checkin.streak': { lastDay: '2026-03-01', days: 12 },
  'levels.growth': { level: 'gold', growth: 5230, since: '2025-11-01', until: '2026-10-31' },
  'tasks.progress': { day: '2026-03-01', done: ['tsk_01jq8zt4e5k6m7n8p9qrstvwxy'] },
  'mall.redeemed': { rwd_01jq8zt4e5: 1, rwd_01jq8zt4e9: 2 },
  'rules.once': { marks: ['enrol', 'profile', 'first-order'] },
};
const LOTS = 12;
/** Of each lot: enough for every spend of a run. */
const POINTS = 48_000;
const KEYS = 16;

/** What a check-in decides. */
export function checkInOn(book: Book): Facts {
  const streak = { name: 'checkin.streak', initial: { lastDay: '', days: 0 } } as const;
  const { days } = book.facet<{ lastDay: string; days: number }>(streak);
  const sources = [
    { source: 'checkin.base', points: 5 },
    { source: 'checkin.streak-7', points: 20 },
  ];
  const expiresOn = startOfMonth(book.today, 13);
  book.earn({ points: 25, expiresOn, sources, ruleVersion: 'standard@1' });
  book.setFacet(streak, { lastDay: '2026-03-02', days: days + 1 });
  return { occasion: 'ok', streakDays: days + 1, pointsEarned: 25 };
}

/** What the payment of a small reward decides. */
export function spendOn(book: Book): Facts {
  book.spend({ points: 1, purpose: 'redemption' });
  return { paid: true };
}

/** An account with a dozen lots, five facets and a full memory of keys, last used the day before. */
export function sampleAccount(now: Date): Account {
  let account: Account = { ...newAccount(MEMBER), version: 1 };
  let step = -LOTS - KEYS - 10;
  const act = (decide: (book: Book) => Facts) => {
    const at = new Date(now.getTime() + step++ * 3_600_000 - 86_400_000);
    ({ account } = decided(account, { at, key: `sample:${step}`, decide }));
  };
  for (let i = 0; i < LOTS; i++) {
    act((book) => {
      book.earn({ points: POINTS + i, expiresOn: startOfMonth(book.today, 6 + i) });
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
  const last = decided(account, { at: now, key: `${key}:1`, decide: checkInOn }).account;
  const { account: next, entry } = decided(last, { at: now, key, decide: checkInOn });
  return { patch: patchOf(last, dropRelayed(next, last.seq)), entry };
}
