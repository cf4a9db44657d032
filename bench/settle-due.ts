/** What is due costs what is due: `settleDue` among more and more idle accounts, and with more due. */
import type { mongo } from 'mongoose';
import { addDays, DAY_MS, startOfDay } from '../src/kernel/business-day.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import { type Account, AccountModel } from '../src/loyalty/ledger/account.model.ts';
import { EntryModel } from '../src/loyalty/ledger/entry.model.ts';
import { mongoStore } from '../src/loyalty/ledger/mongo-store.ts';
import { openLedger } from '../src/loyalty/ledger/open-ledger.ts';
import { database } from '../src/platform/mongo.ts';
import { clock } from './clock.ts';
import { type Act, contextOn, MEMBER } from './decided.ts';
import { history } from './history.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { accounts } from './pool.ts';
import { isScanned } from './scans.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const IDLE = [1000, 10_000, 100_000] as const;
const DUE = 100;
const MORE_DUE = 400;
const BATCH = 5000;
const startedAt = clock();
const sample = oneEarning();

/** So that each account has another id and another time. */
let made = 0;

await onLocal(async (place) => {
  const due = { dueAt: { $lte: startedAt } };
  const isScan = await isScanned(accounts().find(due).sort({ dueAt: 1 }).limit(DUE));
  if (isScan) console.log(`${place.name}: it reads all accounts for the due ones: not measured`);
  else await compare(place);
});
await onStandIn(1, compare);

async function compare(place: Place): Promise<void> {
  const programmes: Programme[] = [];
  for (const idle of IDLE) programmes.push(await programmeOf(place, idle));
  await amongIdle(place, programmes);
  await withMoreDue(place, programmes[0] as Programme);
  for (const { filling } of programmes) await filling.dropDatabase();
}

/** A programme with so many accounts, none of which is due, in a database of its own. */
interface Programme {
  readonly idle: number;
  readonly db: mongo.Db;
  /** The same for filling it. */
  readonly filling: mongo.Db;
}

async function amongIdle(place: Place, programmes: readonly Programme[]): Promise<void> {
  const ways = programmes.map((programme) => settling(String(programme.idle), programme, DUE));
  const ms = await inTurns(ways);
  const [first, ...others] = programmes.map(({ idle }) => ms.get(String(idle)) ?? []);
  for (const [i, figure] of others.entries()) {
    report({
      name: `settleDue, ${DUE} due among ${shown(IDLE[i + 1])} accounts, beside ${shown(IDLE[0])}, ${place.name}`,
      unit: 'ms per due account',
      floor: spreadOf(first ?? []),
      figure: spreadOf(figure),
      ratio: ratioOf(figure, first ?? []),
      target: { most: 1.25 },
    });
  }
}

async function withMoreDue(place: Place, programme: Programme): Promise<void> {
  const ways = [settling('few', programme, DUE), settling('more', programme, MORE_DUE)];
  const ms = await inTurns(ways);
  const [few, more] = [ms.get('few') ?? [], ms.get('more') ?? []];
  report({
    name: `settleDue, ${MORE_DUE} due beside ${DUE}, among ${shown(programme.idle)} accounts, ${place.name}`,
    unit: 'ms per due account',
    floor: spreadOf(few),
    figure: spreadOf(more),
    ratio: ratioOf(more, few),
    target: { most: 1.25 },
  });
}

/** Each round has new due accounts, made before its clock starts. */
function settling(name: string, { db, filling }: Programme, due: number): Way {
  const ledger = openLedger({ store: mongoStore(db, { standalone: false }) });
  // The first run of a process looks ten minutes ahead; here it is as any other.
  ledger.engine.hasSettled = true;
  const round = async () => {
    await insertAccounts(filling, { name: 'due', count: due, dueAt: startedAt });
    const started = performance.now();
    const { done } = await ledger.settleDue(contextOn(dueNow()), due);
    const ms = performance.now() - started;
    if (done !== due) throw new Error(`${done} accounts were settled instead of ${due}`);
    return ms / due;
  };
  return { name, round };
}

/** When the only lot of those that are due is over; the idle ones have theirs as well. */
function dueNow(): Date {
  return new Date(startOfDay(sample.lots[0]?.expiresOn ?? '1970-01-01').getTime() + DAY_MS);
}

async function programmeOf(place: Place, idle: number): Promise<Programme> {
  const name = `${place.filling.databaseName}_${idle}`;
  const [db, filling] = [database().client.db(name), place.filling.client.db(name)];
  for (const model of [AccountModel, EntryModel]) {
    for (const [keys, { unique = false, partialFilterExpression = {} }] of model.schema.indexes()) {
      const index = keys as mongo.IndexSpecification;
      const options = unique === true ? { unique } : { partialFilterExpression };
      await filling.collection(model.collection.name).createIndex(index, options);
    }
  }
  const never = new Date(startedAt.getTime() + 4000 * DAY_MS);
  await insertAccounts(filling, { name: 'idle', count: idle, dueAt: never });
  return { idle, db, filling };
}

interface Accounts {
  readonly name: string;
  readonly count: number;
  readonly dueAt: Date;
}

/** Every account is in the index of what will be due, each at another time. */
async function insertAccounts(db: mongo.Db, { name, count, dueAt }: Accounts): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const documents = Array.from({ length: Math.min(BATCH, count - from) }, () => {
      const _id: MemberId = `mem_${name}${String(++made).padStart(26 - name.length, '0')}`;
      return { ...sample, _id, dueAt: new Date(dueAt.getTime() + made) };
    });
    await db.collection<Account>(AccountModel.collection.name).insertMany(documents);
  }
}

function oneEarning(): Account {
  const act: Act = {
    at: startedAt,
    key: 'earning:1',
    decide: (book) => {
      book.earn({ points: 100, expiresOn: addDays(book.today, 30) });
      return {};
    },
  };
  const [step] = history(MEMBER, [act]);
  if (!step) throw new Error('an earning is an entry');
  return step.account;
}

function shown(count: number | undefined): string {
  return (count ?? 0).toLocaleString('en-US');
}
