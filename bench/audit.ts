/** What the auditor proves in a second, and how much of its time is that of the database. */
import { DAY_MS } from '../src/kernel/business-day.ts';
import { auditAccounts, committedBooks } from '../src/loyalty/ledger/audit.ts';
import { type Entry, entryIdOf } from '../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../src/loyalty/ledger/points.ts';
import { clock } from './clock.ts';
import { type Act, contextOn } from './decided.ts';
import { entries, history, type Step } from './history.ts';
import { costOf } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { accounts, idOf } from './pool.ts';
import { checkInOn, spendOn } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf } from './side-by-side.ts';

const ACCOUNTS = { local: 20, 'stand-in': 100 } as const;
const ENTRIES = 200;
const LEAST_PER_CORE = 20_000;
const ONCE = { works: 1, ramp: 0, atOnce: 1 } as const;
const startedAt = clock();
const steps = [...history(idOf('past', 0), pastOf())];

await onLocal(compare);
await onStandIn(0, compare);

async function compare(place: Place): Promise<void> {
  const count = ACCOUNTS[place.kind];
  for (let i = 0; i < count; i++) await copyTo(idOf('past', i));
  const perCore: number[] = [];
  const results = await inTurns([
    {
      name: 'reading',
      round: async () => count * ENTRIES * (await costOf(readAll, ONCE)).perSecond,
    },
    {
      name: 'audit',
      async round() {
        const { perSecond, cpuUs } = await costOf(() => proveAll(count * ENTRIES), ONCE);
        perCore.push((count * ENTRIES) / (cpuUs / 1e6));
        return count * ENTRIES * perSecond;
      },
    },
  ]);
  const [reading, audit] = [results.get('reading') ?? [], results.get('audit') ?? []];
  report({
    name: `audit beside reading the same documents, the share of the time that is reading, ${place.name}`,
    unit: 'entries a second',
    floor: spreadOf(reading),
    figure: spreadOf(audit),
    ratio: ratioOf(audit, reading),
    target: null,
  });
  // The first round only warmed up.
  const figure = perCore.slice(-audit.length);
  report({
    name: `audit per core, beside what it has to reach, ${place.name}`,
    unit: 'entries per second of client CPU',
    floor: spreadOf([LEAST_PER_CORE]),
    figure: spreadOf(figure),
    ratio: spreadOf(figure.map((value) => value / LEAST_PER_CORE)),
    target: place.kind === 'stand-in' ? { least: 1 } : null,
  });
}

async function proveAll(expected: number): Promise<void> {
  const { ok, entries: proved, findings } = await auditAccounts(contextOn(startedAt), {});
  if (!ok) throw new Error(`the audit found ${JSON.stringify(findings[0])}`);
  if (proved !== expected) throw new Error(`${proved} entries were proved instead of ${expected}`);
}

/** The same questions as the auditor's, and nothing done with the answers. */
async function readAll(): Promise<void> {
  const books = committedBooks();
  for await (const { _id: accountId } of books.accounts.find().sort({ _id: 1 })) {
    const range = { $gte: entryIdOf(accountId, 0), $lte: entryIdOf(accountId, 999_999_999) };
    const cursor = books.entries.find({ accountId, _id: range }).sort({ _id: 1 });
    for await (const _ of cursor);
  }
}

/** An account's past does not name the account: it is proved as well for another. */
async function copyTo(accountId: AccountId): Promise<void> {
  const copy = (entry: Entry): Entry => ({
    ...entry,
    _id: entryIdOf(accountId, entry.seq),
    accountId,
  });
  await entries().insertMany(steps.flatMap((step) => step.entries.map(copy)));
  const { account } = steps.at(-1) as Step;
  await accounts().insertOne({ ...account, _id: accountId });
}

/** Check-ins, and a spend after every fourth. */
function* pastOf(): Generator<Act> {
  for (let i = 0; i < ENTRIES; i++) {
    const at = new Date(startedAt.getTime() - DAY_MS - (ENTRIES - i) * 3_600_000);
    yield { at, key: `past:${i}`, decide: i % 5 === 4 ? spendOn : checkInOn };
  }
}
