/** How large the account of a daily member becomes in ten years; only its entries may grow. */
import { mongo } from 'mongoose';
import {
  addDays,
  type BusinessDay,
  DAY_MS,
  startOfDay,
  startOfMonth,
} from '../src/kernel/business-day.ts';
import type { Facts } from '../src/kernel/facts.ts';
import type { Book } from '../src/loyalty/ledger/book.ts';
import { type Entry, moveOf } from '../src/loyalty/ledger/entry.model.ts';
import { type Act, MEMBER } from './decided.ts';
import { history } from './history.ts';
import { checkInOn } from './sample-account.ts';
import { report, spreadOf } from './side-by-side.ts';

const FIRST_DAY: BusinessDay = '2026-01-01';
const YEARS = 10;
const MOST_KIB = 16;
const HOUR_MS = 3_600_000;

let lastPayment: Entry | null = null;
let entries = 0;
const largestKib: number[] = [];

for (const step of history(MEMBER, factsOf())) {
  entries += step.entries.length;
  lastPayment = step.entries.find(({ reason }) => reason === 'order') ?? lastPayment;
  // As the document lies there between the write and the forgetting of what was relayed.
  const outbox = step.entries.map(({ _id, accountId: _, ...body }) => body);
  const kib = mongo.BSON.calculateObjectSize({ ...step.account, outbox }) / 1024;
  const year = Math.floor(
    (step.account.lastPostedAt.getTime() - startOfDay(FIRST_DAY).getTime()) / (365.25 * DAY_MS),
  );
  largestKib[year] = Math.max(largestKib[year] ?? 0, kib);
}
const largest = Math.max(...largestKib);
report({
  name: `the account of a daily member, the largest in ${YEARS} years, ${entries.toLocaleString('en-US')} entries`,
  unit: 'KiB',
  floor: spreadOf([MOST_KIB]),
  figure: spreadOf([largest]),
  ratio: spreadOf([largest / MOST_KIB]),
  target: { most: 1 },
});
console.log(`  each year: ${largestKib.map((kib) => kib.toFixed(1)).join(' ')}`);

/** A check-in every day, a redemption every week, a purchase every month, a refund every quarter. */
function* factsOf(): Generator<Act> {
  for (
    let n = 0, day = FIRST_DAY;
    day < addDays(FIRST_DAY, YEARS * 365);
    day = addDays(day, 1), n++
  ) {
    const at = (hour: number) => new Date(startOfDay(day).getTime() + hour * HOUR_MS);
    yield { at: at(8), key: `checkin:${day}`, decide: checkInOn };
    if (n % 7 === 6) yield { at: at(12), key: `order:${day}`, decide: redeem };
    if (n % 30 === 29) yield { at: at(18), key: `purchase:shop7:${day}`, decide: buy };
    if (n % 91 === 90) yield { at: at(20), key: `refund:${day}`, decide: refund };
  }
}

function redeem(book: Book): Facts {
  book.spend({ points: 120, purpose: 'redemption' });
  const redeemed = { name: 'mall.redeemed', initial: { times: 0 } } as const;
  book.setFacet(redeemed, { times: book.facet<{ times: number }>(redeemed).times + 1 });
  return { paid: true };
}

/** Usable when the goods cannot be returned any more; valid until the end of a month. */
function buy(book: Book): Facts {
  const expiresOn = startOfMonth(book.today, 13);
  const pendingUntil = addDays(book.today, 15);
  book.earn({ points: 399, expiresOn, pendingUntil, ruleVersion: 'standard@1' });
  const growth = { name: 'levels.growth', initial: { level: 'gold', growth: 0 } } as const;
  const before = book.facet<{ level: string; growth: number }>(growth);
  book.setFacet(growth, { ...before, growth: before.growth + 399 });
  return { pointsPending: 399 };
}

function refund(book: Book): Facts {
  if (lastPayment === null) throw new Error('nothing was paid yet');
  book.refund({ of: moveOf(lastPayment), points: 20 });
  return { pointsBack: 20 };
}
