import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Random, randomFrom } from '../../../src/cli/seed/random.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import type { Core } from '../../../src/core.ts';
import * as settings from '../../../src/loyalty/settings/index.ts';
import * as broadcasts from '../../../src/notify/broadcast/index.ts';
import { database } from '../../../src/platform/mongo.ts';
import { crowd, memberNoOf, openIdOf } from '../../support/crowd.ts';
import { type CrowdPlatform, openCrowdPlatform } from '../../support/crowd-platform.ts';
import { freePort } from '../../support/free-port.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { withCore } from '../../support/with-core.ts';

export interface BroadcastCampaignOptions {
  /** A database that nobody else uses. */
  readonly mongodbUri: string;
  readonly members: number;
  readonly kills: number;
  readonly seed: number;
  /** Of a thousand replies of the platform, how many are lost. */
  readonly lostPerMille: number;
  /** `src/main.ts` or a built `main.js`. */
  readonly main: string;
  /** Whether a killed process holds its lease to the end, a minute, as it does in earnest. */
  readonly leases: 'kept' | 'dropped';
  readonly say: (line: string) => void;
}

export interface BroadcastReport {
  readonly kills: number;
  readonly sent: number;
  readonly unknown: number;
  /** Members whose phone shows nothing and who are not listed as unknown, or who are not counted. */
  readonly missing: number;
  /** Members whose phone shows it more than once. */
  readonly doubled: number;
  readonly status: string;
  /** From the first start to the end, in seconds. */
  readonly seconds: number;
}

const PLAN = `
name: 上新
channel: subscription
content: { templateId: S1, data: { thing1: 咖啡豆, date2: 2026年11月24日 } }
audience: { members: all }
ratePerMinute: 600000
`;

/**
 * Lets a service send to a crowd, kills it again and again without a warning, and then compares what
 * the phones show with what the broadcast says of itself.
 */
export async function runBroadcastCampaign(
  options: BroadcastCampaignOptions,
): Promise<BroadcastReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-broadcast-'));
  const platform = await openCrowdPlatform();
  const random = randomFrom(options.seed);
  platform.does = () => (random() * 1000 < options.lostPerMille ? 'loses-reply' : 'takes');
  const env = {
    MONGODB_URI: options.mongodbUri,
    DATA_DIR: dataDir,
    DATA_KEY: randomBytes(32).toString('base64'),
    SESSION_SECRET: randomBytes(32).toString('hex'),
    WECHAT_API_BASE_URL: platform.baseUrl,
    LOG_LEVEL: 'error',
  };
  const config = readConfig(env);
  const id = await withCore(config, (core) => prepare(core, options.members));
  const service = new ServiceProcess({ main: options.main, port: await freePort(), env });
  const startedAt = performance.now();
  try {
    const kills = await sendAndKill(options, { config, service, platform, random, id });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    return { kills, seconds, ...(await judge(config, { platform, id })) };
  } finally {
    await service.kill();
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function prepare(core: Core, members: number): Promise<broadcasts.BroadcastId> {
  const ctx = core.contextOf('crash:prepare');
  // A campaign is run at any hour.
  await settings.change(ctx, 'quiet', { start: '00:00', end: '00:00' });
  await crowd(members);
  const { _id } = await broadcasts.createBroadcast(ctx, PLAN);
  await broadcasts.startBroadcast(ctx, _id);
  return _id;
}

interface Parts {
  readonly config: Config;
  readonly service: ServiceProcess;
  readonly platform: CrowdPlatform;
  readonly random: Random;
  readonly id: broadcasts.BroadcastId;
}

/** Each blow comes when another part of the crowd has been reached. Gives how many there were. */
async function sendAndKill(
  { members, kills, leases, say }: BroadcastCampaignOptions,
  { config, service, platform, random, id }: Parts,
): Promise<number> {
  let blows = 0;
  service.start();
  for (let part = 1; part <= kills; part++) {
    const next = Math.floor((members * (part - random() * 0.8)) / (kills + 1));
    while (platform.shown.size < next) await wait(5);
    await service.kill();
    blows += 1;
    say(`kill ${blows}: ${platform.shown.size} of ${members} were reached`);
    if (leases === 'dropped') await withCore(config, dropLeases);
    service.start();
  }
  while ((await stateOf(config, id)).status === 'sending') await wait(1000);
  return blows;
}

/** What a dead process held is over at once, as it is after a minute. */
async function dropLeases(): Promise<void> {
  await database().collection('leases').deleteMany({});
}

function stateOf(config: Config, id: broadcasts.BroadcastId): Promise<broadcasts.Broadcast> {
  return withCore(config, (core) => broadcasts.getBroadcast(core.contextOf('crash:look'), id));
}

/** Everybody is looked at by themselves: on their phone, and on the list of whom nobody knows. */
async function judge(config: Config, { platform, id }: Pick<Parts, 'platform' | 'id'>) {
  return withCore(config, async (core) => {
    const ctx = core.contextOf('crash:judge');
    const { status, counts, total } = await broadcasts.getBroadcast(ctx, id);
    const listed = new Set<string>();
    for await (const line of broadcasts.failuresOf(ctx, id)) listed.add(line.split(',')[0] ?? '');
    const everybody = Array.from({ length: total ?? 0 }, (_, n) => n);
    const isMissing = (n: number) => !platform.shown.has(openIdOf(n)) && !listed.has(memberNoOf(n));
    const { sent, unknown } = counts;
    const missing =
      everybody.filter(isMissing).length + Math.abs(everybody.length - sent - unknown);
    const doubled = [...platform.shown.values()].filter((times) => times > 1).length;
    return { status, sent, unknown, doubled, missing };
  });
}
