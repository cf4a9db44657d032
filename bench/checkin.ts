/** A whole 签到 over HTTP, beside a hand-written route that makes the same round trips. */
import { newId } from '../src/kernel/ids.ts';
import type { Account } from '../src/loyalty/ledger/account.model.ts';
import type { Member } from '../src/loyalty/members/member.model.ts';
import { keyedHash, useDataKey } from '../src/platform/data-key.ts';
import { connectMongo, database } from '../src/platform/mongo.ts';
import { benchDatabase } from './bench-database.ts';
import { clock } from './clock.ts';
import { send } from './http-load.ts';
import { DATA_KEY, plainPush } from './pushes.ts';
import { sampleAccount } from './sample-account.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const MESSAGES = Number(process.env.BENCH_CHECKINS ?? 400);
const RAMP = 80;
const CONNECTIONS = 32;

useDataKey(DATA_KEY);
const env = { MONGODB_URI: benchDatabase() };
const { close } = await connectMongo({ uri: env.MONGODB_URI });
const service = await startServer('service-server.js', { env });
let followers = 0;
// The first check-in leaves the documents that the floor copies.
await send(messages(newFollowers(1)), { port: service.port, connections: 1, mustSay: '签到成功' });
const floor = await startServer('checkin-server.js', { env });
const model = (await database().collection<Member>('members').findOne({})) as Member;
const account = sampleAccount(clock());

await compare('a new follower', async () => newFollowers(MESSAGES + RAMP));
await compare('a member of long standing', async (way) => {
  const openIds = newFollowers(MESSAGES + RAMP);
  await settle(way, openIds);
  return openIds;
});
await service.stop();
await floor.stop();
await database().dropDatabase();
await close();

type Name = 'floor' | 'service';

async function compare(who: string, prepare: (way: Name) => Promise<readonly string[]>) {
  const way = (name: Name, server: ServerProcess): Way => ({
    name,
    async round() {
      const requests = messages(await prepare(name));
      const { port } = server;
      const load = { port, connections: CONNECTIONS, ramp: RAMP, mustSay: '签到成功' };
      const perSecond = await send(requests, load);
      // What the relay still has to do is not for the next one to wait for.
      await server.ask('rest');
      return perSecond;
    },
  });
  const results = await inTurns([way('floor', floor), way('service', service)]);
  const [low, high] = [results.get('floor') ?? [], results.get('service') ?? []];
  report({
    name: `签到 over HTTP, ${who}`,
    unit: 'check-ins a second',
    floor: spreadOf(low),
    figure: spreadOf(high),
    ratio: ratioOf(high, low),
    target: { least: 0.7 },
  });
}

function newFollowers(count: number): string[] {
  return Array.from({ length: count }, () => `o_bench_${++followers}`);
}

function messages(openIds: readonly string[]): Buffer[] {
  return openIds.map((openId) => plainPush({ openId, text: '签到' }));
}

/** Makes followers members with an account that was used before. */
async function settle(way: Name, openIds: readonly string[]): Promise<void> {
  const prefix = way === 'floor' ? 'floor_' : '';
  const list = openIds.map((openId) => {
    const openIdHash = way === 'floor' ? openId.padEnd(43, '_') : keyedHash(openId);
    const memberNo = `N${openId.slice('o_bench_'.length)}`;
    return { ...model, _id: newId('mem', clock()), openId, openIdHash, memberNo };
  });
  const accounts = list.map(({ _id }) => ({ ...account, _id }));
  await database().collection<Member>(`${prefix}members`).insertMany(list);
  await database().collection<Account>(`${prefix}accounts`).insertMany(accounts);
}
