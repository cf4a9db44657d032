/** A page of the statement of a member with 100,000 entries, beside one of a member with 100. */
import { DAY_MS } from '../src/kernel/business-day.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import { entryIdOf } from '../src/loyalty/ledger/entry.model.ts';
import { clock } from './clock.ts';
import { type Act, contextOn } from './decided.ts';
import { entries, insertHistory } from './history.ts';
import { costOf } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { idOf } from './pool.ts';
import { openPosting, type Posting } from './posting.ts';
import { checkInOn } from './sample-account.ts';
import { isScanned } from './scans.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const FEW = 100;
const MANY = 100_000;
const PAGE = 20;
const PAGES = { works: 100, ramp: 20, atOnce: 1 } as const;
const startedAt = clock();

await onLocal(async (place) => {
  const accountId = idOf('few', 0);
  const range = { $gte: entryIdOf(accountId, 1), $lte: entryIdOf(accountId, PAGE) };
  const isScan = await isScanned(entries().find({ accountId, _id: range }).sort({ _id: 1 }));
  if (isScan) console.log(`${place.name}: it reads all entries for a page, which is not measured`);
  else await compare(place);
});
await onStandIn(1, compare);

async function compare(place: Place): Promise<void> {
  const posting = openPosting(place);
  await insertHistory(place, idOf('few', 0), checkIns(FEW));
  await insertHistory(place, idOf('many', 0), checkIns(MANY));
  for (const [which, share] of [
    ['newest page', 1],
    ['page from the middle', 0.5],
  ] as const) {
    const results = await inTurns([
      pagesOf(posting, { name: 'few', before: FEW * share + 1 }),
      pagesOf(posting, { name: 'many', before: MANY * share + 1 }),
    ]);
    const [few, many] = [results.get('few') ?? [], results.get('many') ?? []];
    report({
      name: `${which} of ${MANY.toLocaleString('en-US')} entries, beside ${FEW}, ${place.name}`,
      unit: 'ms',
      floor: spreadOf(few),
      figure: spreadOf(many),
      ratio: ratioOf(many, few),
      target: { most: 1.2 },
    });
  }
}

function pagesOf({ ledger }: Posting, { name, before }: { name: string; before: number }): Way {
  const accountId: MemberId = idOf(name, 0);
  const read = async () => {
    const page = { accountId, before, limit: PAGE };
    const { entries } = await ledger.statementOf(contextOn(clock()), page);
    if (entries.length !== PAGE) throw new Error(`${entries.length} entries instead of ${PAGE}`);
  };
  return { name, round: async () => 1000 / (await costOf(read, PAGES)).perSecond };
}

function* checkIns(count: number): Generator<Act> {
  for (let i = 0; i < count; i++) {
    const at = new Date(startedAt.getTime() - DAY_MS - (count - i) * 60_000);
    yield { at, key: `checkin:${i}`, decide: checkInOn };
  }
}
