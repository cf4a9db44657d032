/**
 * Sending to many members, beside a bare `fetch` loop to the same platform with as many calls at once,
 * and beside one of `node:http`; and the memory that sending takes after so many members and after
 * ten times as many.
 * BENCH_BROADCAST_MEMBERS (5,000) are sent to for the speed, BENCH_BROADCAST_LARGE (50,000) for the
 * memory: 1000000 takes ten minutes.
 */
import { Agent, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { contextAt } from '../src/kernel/context.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import { MemberModel } from '../src/loyalty/members/member.model.ts';
import * as broadcasts from '../src/notify/broadcast/index.ts';
import { SubscriptionModel } from '../src/notify/subscription.model.ts';
import { localKeyValue } from '../src/platform/local-key-value.ts';
import { connectMongo, database } from '../src/platform/mongo.ts';
import { wechatApi } from '../src/wechat/index.ts';
import { clock, silent } from './clock.ts';
import { startServer } from './server-process.ts';
import { inTurns, ratioOf, report, spreadOf } from './side-by-side.ts';

const MEMBERS = Number(process.env.BENCH_BROADCAST_MEMBERS ?? 5000);
const LARGE = Number(process.env.BENCH_BROADCAST_LARGE ?? 50_000);
const AT_ONCE = 16;
/** What a command of the database takes, in milliseconds. */
const DATABASE_MS = 1;
const HOUR_MS = 3_600_000;
const FILLED_AT_ONCE = 5000;
const PLAN = `
name: 上新
channel: subscription
content: { templateId: S1, data: { thing1: 秋季咖啡豆, date2: 2026年11月24日 } }
audience: { members: all }
ratePerMinute: 600000
`;

const store = await startServer('crowd-database.js', {
  args: [String(DATABASE_MS)],
  // It keeps a million members, their consents and their pushes in memory.
  flags: ['--max-old-space-size=6000'],
});
const { close } = await connectMongo({
  uri: `mongodb://127.0.0.1:${store.port}/bench?directConnection=true`,
});
const platform = await startServer('broadcast-platform.js');
const baseUrl = new URL(`http://127.0.0.1:${platform.port}/`);
const keyValue = localKeyValue({ file: null, clock, log: silent });
const access = { appId: 'wxbench', secret: 'pretend', keyValue, clock, hosts: [] };
const api = wechatApi({ ...access, baseUrl, openBaseUrl: baseUrl });
const bareUrl = new URL('cgi-bin/message/subscribe/bizsend?access_token=of-the-bench', baseUrl);
const bareAgent = new Agent({ keepAlive: true });
const bareHeaders = { 'content-type': 'application/json; charset=utf-8' };
/** Each broadcast has a day of its own: a member gets one push a day, and four a month. */
let broadcastsMade = 0;

await fill(0, MEMBERS);
await compareSpeeds();
await compareMemory();
await platform.stop();
await close();
await store.stop();

type Way = 'fetch' | 'http' | 'broadcast';

/** Messages per second, and what each costs this process: the other processes share the machine. */
async function compareSpeeds(): Promise<void> {
  const cpuUs: Record<Way, number[]> = { fetch: [], http: [], broadcast: [] };
  const measured = (name: Way, work: () => Promise<void>) => {
    const round = async () => {
      const before = process.cpuUsage();
      const speed = await perSecond(work);
      const { user, system } = process.cpuUsage(before);
      cpuUs[name].push((user + system) / MEMBERS);
      return speed;
    };
    return { name, round };
  };
  const speeds = await inTurns([
    measured('fetch', () => bareLoop(byFetch)),
    measured('http', () => bareLoop(byHttp)),
    measured('broadcast', () => broadcast(MEMBERS)),
  ]);
  for (const floor of ['fetch', 'http'] as const) {
    const what = `broadcast to ${shown(MEMBERS)} members, ${AT_ONCE} calls at once, ${DATABASE_MS} ms per command of the database, beside a bare ${floor} loop`;
    const perMessage = (name: Way) => cpuUs[name].slice(1);
    const rows = [
      { name: what, unit: 'messages/s', of: (name: Way) => speeds.get(name) ?? [] },
      { name: `${what}, processor time of the sender`, unit: 'µs per message', of: perMessage },
    ];
    for (const { name, unit, of } of rows) {
      report({
        name,
        unit,
        floor: spreadOf(of(floor)),
        figure: spreadOf(of('broadcast')),
        ratio: ratioOf(of('broadcast'), of(floor)),
        target: unit === 'messages/s' && floor === 'fetch' ? { least: 0.8 } : null,
      });
    }
  }
}

/** Memory after a tenth of a large crowd, and after all of it, each once garbage has been let go. */
async function compareMemory(): Promise<void> {
  await fill(MEMBERS, LARGE);
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const readings: NodeJS.MemoryUsage[] = [];
  const tenth = LARGE / 10;
  let reached = 0;
  await broadcast(LARGE, async () => {
    if (++reached % tenth !== 0) return;
    collectGarbage();
    readings.push(process.memoryUsage());
  });
  await platform.ask('forget');
  for (const what of ['heapUsed', 'rss'] as const) {
    const mib = readings.map((reading) => reading[what] / 2 ** 20);
    const [first = Number.NaN] = mib;
    const last = Math.min(...mib.slice(-3));
    report({
      name: `memory (${what}) after ${shown(LARGE)} members, beside a tenth of them`,
      unit: 'MiB',
      floor: spreadOf([first]),
      figure: spreadOf([last]),
      ratio: spreadOf([last / first]),
      target: { most: 1.2 },
    });
    console.log(`  each tenth: ${mib.map((value) => value.toFixed(1)).join(' ')}`);
  }
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const { people } = await platform.ask<{ people: number }>('forget');
  if (people !== MEMBERS) throw new Error(`${people} people were reached instead of ${MEMBERS}`);
  return MEMBERS / seconds;
}

async function bareLoop(post: (body: string) => Promise<unknown>): Promise<void> {
  let next = 0;
  const data = { thing1: { value: '秋季咖啡豆' }, date2: { value: '2026年11月24日' } };
  const worker = async () => {
    while (next < MEMBERS) {
      const touser = `o_bench_${next++}`;
      await post(JSON.stringify({ touser, template_id: 'S1', data, client_msg_id: touser }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function byFetch(body: string): Promise<unknown> {
  const response = await fetch(bareUrl, { method: 'POST', body, headers: bareHeaders });
  return response.json();
}

function byHttp(body: string): Promise<unknown> {
  const options = { method: 'POST', agent: bareAgent, headers: bareHeaders };
  return new Promise((resolve, reject) => {
    const asked = request(bareUrl, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    asked.on('error', reject).end(body);
  });
}

async function broadcast(members: number, onMessage?: () => Promise<void>): Promise<void> {
  // Noon in Shanghai, ten days after the one before.
  const now = new Date(Date.UTC(2027, 0, 1 + 10 * broadcastsMade++, 4));
  const ctx = contextAt({
    now,
    actor: { type: 'system', id: 'bench' },
    cause: 'bench',
    log: silent,
  });
  const { subscriptions } = api;
  const counted = onMessage && {
    ...subscriptions,
    send: (notice: Parameters<typeof subscriptions.send>[0]) =>
      subscriptions.send(notice).then(onMessage),
  };
  const through = counted ? { ...api, subscriptions: counted } : api;
  const { _id } = await broadcasts.createBroadcast(ctx, PLAN);
  await broadcasts.startBroadcast(ctx, _id);
  const sender = { api: through, atOnce: AT_ONCE, runMs: HOUR_MS };
  await broadcasts.sendBroadcasts(ctx, sender);
  const { status, counts } = await broadcasts.getBroadcast(ctx, _id);
  if (status === 'done' && counts.sent === members) return;
  throw new Error(`it is ${status} after ${counts.sent}`);
}

/** Members and consents up to a number, as far as they are not there yet. */
async function fill(from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += FILLED_AT_ONCE) {
    const count = Math.min(FILLED_AT_ONCE, to - first);
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    await native(MemberModel.collection.name).insertMany(numbers.map(memberOf));
    await native(SubscriptionModel.collection.name).insertMany(numbers.map(consentOf));
  }
}

function native(name: string) {
  return database().collection<{ _id: string }>(name);
}

function memberOf(n: number) {
  const openId = `o_bench_${n}`;
  return { _id: idOf(n), openId, memberNo: `M${n}`, status: 'following', notices: 'on' };
}

function consentOf(n: number) {
  const memberId = idOf(n);
  return { _id: `${memberId}:S1`, memberId, templateId: 'S1', left: 1000, causes: [] };
}

function idOf(n: number): MemberId {
  return `mem_01jq8zt4e5${String(n).padStart(16, '0')}`;
}

function shown(count: number): string {
  return count.toLocaleString('en-US');
}
