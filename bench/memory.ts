/** What the service holds on to after 10,000 and after 100,000 messages. */
import type { Member } from '../src/loyalty/members/member.model.ts';
import { keyedHash, useDataKey } from '../src/platform/data-key.ts';
import { connectMongo, database } from '../src/platform/mongo.ts';
import { benchDatabase } from './bench-database.ts';
import { send } from './http-load.ts';
import { DATA_KEY, plainPush } from './pushes.ts';
import { startServer } from './server-process.ts';
import { report, spreadOf } from './side-by-side.ts';

const MESSAGES = Number(process.env.BENCH_MEMORY_MESSAGES ?? 100_000);
const READ_EACH = MESSAGES / 10;
const FOLLOWERS = 5000;
const CONNECTIONS = 32;
const BATCH = 1000;

interface Memory {
  readonly heap: number;
  readonly rss: number;
}

useDataKey(DATA_KEY);
const env = { MONGODB_URI: benchDatabase() };
const { close } = await connectMongo({ uri: env.MONGODB_URI });
const service = await startServer('service-server.js', { env, flags: ['--expose-gc'] });
await send([plainPush({ openId: 'o_bench_0', text: '帮助' })], {
  port: service.port,
  connections: 1,
});
await enrolOthers();

const readings: Memory[] = [];
for (let sent = 0; sent < MESSAGES; sent += BATCH) {
  const requests = Array.from({ length: BATCH }, (_, i) => message(sent + i));
  await send(requests, { port: service.port, connections: CONNECTIONS });
  if ((sent + BATCH) % READ_EACH === 0) readings.push(await service.ask<Memory>('memory'));
}
await service.stop();
await database().dropDatabase();
await close();

for (const what of ['heap', 'rss'] as const) {
  const mib = readings.map((reading) => reading[what] / 2 ** 20);
  const first = mib[0] ?? 0;
  const last = mib.at(-1) ?? 0;
  report({
    name: `memory (${what}) after ${MESSAGES.toLocaleString('en-US')} messages, beside a tenth of them`,
    unit: 'MiB',
    floor: spreadOf([first]),
    figure: spreadOf([last]),
    ratio: spreadOf([last / first]),
    target: { most: 1.2 },
  });
  console.log(`  each tenth: ${mib.map((value) => value.toFixed(1)).join(' ')}`);
}

/** Every text is another one; half of them mean nothing, the others ask for help in many ways. */
function message(i: number): Buffer {
  const text = i % 2 === 0 ? `今天第 ${i} 次想问问天气` : `帮助${'？'.repeat(i % 7)}`;
  return plainPush({ openId: `o_bench_${i % FOLLOWERS}`, text });
}

/** Members as the first message of one made them, without asking the service 5,000 times. */
async function enrolOthers(): Promise<void> {
  const members = database().collection<Member>('members');
  const model = (await members.findOne({})) as Member;
  const others = Array.from({ length: FOLLOWERS - 1 }, (_, i) => {
    const number = String(i + 1);
    const openId = `o_bench_${number}`;
    const _id = `mem_${number.padStart(26, '0')}` as const;
    return { ...model, _id, openId, openIdHash: keyedHash(openId), memberNo: `N${number}` };
  });
  await members.insertMany(others);
}
