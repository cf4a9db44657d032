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
import { keyedHash } from '../../../src/platform/data-key.ts';
import { database } from '../../../src/platform/mongo.ts';
import { crowd, memberNoOf, openIdOf } from '../../support/crowd.ts';
import { freePort } from '../../support/free-port.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { withCore } from '../../support/with-core.ts';
import { type BroadcastPlatform, openBroadcastPlatform } from './broadcast-platform.ts';

export interface BroadcastCampaignOptions {
  /** A database that nobody else uses. */
  readonly mongodbUri: string;
  readonly members: number;
  readonly kills: number;
  readonly seed: number;
  /** Of a thousand replies of the platform, and of a thousand of its reports, how many are lost. */
  readonly lostPerMille: { readonly replies: number; readonly reports: number };
  /** `src/main.ts` or a built `main.js`. */
  readonly main: string;
  /** Whether a killed process holds its lease to the end, a minute, as it does in earnest. */
  readonly leases: 'kept' | 'dropped';
  readonly say: (line: string) => void;
}

export interface BroadcastReport {
  readonly kills: number;
  readonly sent: number;
  /** Members of whom the broadcast says that nobody knows, and how many of their phones show it. */
  readonly unknown: number;
  readonly unknownShown: number;
  /** Members on that list although no reply about them was lost. */
  readonly groundless: number;
  /** Members about whom a reply was lost. */
  readonly lostReplies: number;
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
 * the phones of the simulator show with what the broadcast says of itself.
 */
export async function runBroadcastCampaign(
  options: BroadcastCampaignOptions,
): Promise<BroadcastReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-broadcast-'));
  const { mongodbUri, members, lostPerMille, main } = options;
  const given = {
    MONGODB_URI: mongodbUri,
    DATA_DIR: dataDir,
    DATA_KEY: randomBytes(32).toString('base64'),
    SESSION_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'error',
  };
  const port = await freePort();
  const random = randomFrom(options.seed);
  const { appId, token } = readConfig(given).account;
  const platform = await openBroadcastPlatform({
    account: { name: 'crash', appId, token, aesKey: null, mode: 'plain', originalId: 'gh_crash' },
    serviceOrigin: `http://127.0.0.1:${port}`,
    members,
    lostPerMille,
    random,
  });
  const env = { ...given, WECHAT_API_BASE_URL: platform.baseUrl };
  const config = readConfig(env);
  const id = await withCore(config, (core) => prepare(core, members));
  const service = new ServiceProcess({ main, port, env });
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
  await crowd(members, (n) => ({ openIdHash: keyedHash(openIdOf(n)) }));
  const { _id } = await broadcasts.createBroadcast(ctx, PLAN);
  await broadcasts.startBroadcast(ctx, _id);
  return _id;
}

interface Parts {
  readonly config: Config;
  readonly service: ServiceProcess;
  readonly platform: BroadcastPlatform;
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
    while (platform.reached() < next) await wait(5);
    await service.kill();
    blows += 1;
    say(`kill ${blows}: ${platform.reached()} of ${members} were reached`);
    platform.clearQuota();
    // Not after each: where much fails within a short time, a broadcast waits for its operator.
    if (blows % 2 === 1) platform.loseReplies();
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
    const broadcast = await broadcasts.getBroadcast(ctx, id);
    const { sent, unknown, total } = await broadcasts.progressOf(ctx, broadcast);
    const listed = new Set<string>();
    for await (const line of broadcasts.failuresOf(ctx, id)) listed.add(line.split(',')[0] ?? '');
    const everybody = Array.from({ length: total }, (_, n) => ({
      times: platform.shownTo(openIdOf(n)),
      lostReply: platform.lostReplyTo(openIdOf(n)),
      isListed: listed.has(memberNoOf(n)),
    }));
    const uncounted = Math.abs(everybody.length - sent - unknown);
    return {
      status: broadcast.status,
      sent,
      unknown,
      unknownShown: everybody.filter(({ times, isListed }) => isListed && times > 0).length,
      groundless: everybody.filter(({ lostReply, isListed }) => isListed && !lostReply).length,
      lostReplies: everybody.filter(({ lostReply }) => lostReply).length,
      missing:
        everybody.filter(({ times, isListed }) => !isListed && times === 0).length + uncounted,
      doubled: everybody.filter(({ times }) => times > 1).length,
    };
  });
}
