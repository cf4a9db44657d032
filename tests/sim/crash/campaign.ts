import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Random, randomFrom } from '../../../src/cli/seed/random.ts';
import { seed as seedShop } from '../../../src/cli/seed/seed.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import type { Core } from '../../../src/core.ts';
import { runJob, schedule } from '../../../src/jobs/index.ts';
import * as ledger from '../../../src/loyalty/ledger/index.ts';
import * as mall from '../../../src/loyalty/mall/index.ts';
import * as staff from '../../../src/staff/index.ts';
import { freePort } from '../../support/free-port.ts';
import { wallClock } from '../../support/line.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { withCore } from '../../support/with-core.ts';
import { occupySeat } from './seat.ts';
import { compareWithLedger } from './verdict.ts';
import { Witness } from './witness.ts';

export interface CampaignOptions {
  /** A database that nobody else uses; its server outlives every kill. */
  readonly mongodbUri: string;
  readonly kills: number;
  readonly seed: number;
  /** How many followers talk at a time. */
  readonly seats: number;
  /** `src/main.ts` or a built `main.js`. */
  readonly main: string;
  readonly say: (line: string) => void;
}

export interface CampaignReport {
  readonly kills: number;
  readonly followers: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly lost: number;
  readonly answers: number;
  readonly provisional: number;
  readonly entries: number;
  readonly orders: number;
  readonly findings: readonly string[];
}

/** Beside those of the shop; when they are gone, followers are told so. */
const CODES_PER_KILL = 5;
const SHOP = { members: 0, days: 0 };

/**
 * Lets followers talk to a service that is killed again and again, and then holds what they were told
 * against the ledger. The schedule of kills and talk comes from the seed; the machine's own timing
 * does not, so that a seed narrows a fault down and does not repeat it to the letter.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-crash-'));
  const env = environmentOf(options.mongodbUri, dataDir);
  const config = readConfig(env);
  const partnerKey = await withCore(config, (core) =>
    prepare(core, options.kills * CODES_PER_KILL),
  );
  const service = new ServiceProcess({ main: options.main, port: await freePort(), env });
  const witness = new Witness();
  try {
    await talkAndKill(options, { config, service, witness, partnerKey });
  } finally {
    await service.kill();
  }
  const figures = await withCore(config, (core) => settleAndJudge(core, witness));
  rmSync(dataDir, { recursive: true, force: true });
  return { kills: options.kills, ...figures, ...seenBy(witness) };
}

function environmentOf(mongodbUri: string, dataDir: string) {
  return {
    MONGODB_URI: mongodbUri,
    DATA_DIR: dataDir,
    DATA_KEY: randomBytes(32).toString('base64'),
    SESSION_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'error',
  };
}

/** Fills the shop, with codes enough for the whole campaign, and makes the till's key. */
async function prepare({ contextOf }: Core, count: number): Promise<string> {
  const ctx = contextOf('crash:prepare');
  await seedShop(ctx, 'minimal', SHOP);
  const latte = (await mall.listRewards(ctx)).find(({ name }) => name === '燕麦拿铁券');
  if (!latte) throw new Error('the shop sells no latte');
  const codes = Array.from({ length: count }, (_, n) => `CRSH-${String(n).padStart(4, '0')}`);
  await mall.addCodes(ctx, { rewardId: latte._id, batchId: 'crash', codes });
  const scopes = ['purchases:write'] as const;
  return (await staff.createPartnerKey(ctx, { name: 'till', scopes })).key;
}

interface Stage {
  readonly config: Config;
  readonly service: ServiceProcess;
  readonly witness: Witness;
  readonly partnerKey: string;
}

async function talkAndKill(
  { kills, seed, seats, say }: CampaignOptions,
  { config, service, witness, partnerKey }: Stage,
): Promise<void> {
  const random = randomFrom(seed);
  let number = 0;
  let isOver = false;
  let up = Promise.resolve();
  /** Whoever asks from now on waits for the next service. */
  const startAgain = () => {
    up = service.kill().then(() => {
      service.start();
      return service.ready();
    });
    // Its failure is thrown where it is waited for.
    up.catch(() => undefined);
  };
  startAgain();
  const { account } = config;
  const talk = Array.from({ length: seats }, (_, seat) =>
    occupySeat({
      origin: service.origin,
      account: {
        ...account,
        name: 'crash',
        originalId: 'gh_crash_0001',
        mode: account.messageMode,
      },
      partnerKey,
      random: randomFrom(seed * 1000 + seat),
      witness,
      up: () => up,
      isOver: () => isOver,
      nextNumber: () => ++number,
    }),
  );
  for (let kill = 1; kill <= kills; kill++) {
    await untilKill(random, up);
    startAgain();
    if (kill % 20 === 0) say(`${kill} kills, ${witness.messages.length} messages`);
  }
  await up;
  await wait(1000);
  isOver = true;
  await Promise.all(talk);
}

/** Mostly in the middle of the talk, sometimes while it starts. */
async function untilKill(random: Random, up: Promise<void>): Promise<void> {
  if (random() < 0.1) return wait(200 + random() * 1500).then(() => undefined);
  await up;
  await wait(20 + random() * 700);
}

/** Lets everything that is due happen, and compares. */
async function settleAndJudge(core: Core, witness: Witness) {
  const rows = schedule({ sender: core.sender }).filter(({ name }) => name !== 'send-notices');
  const later = {
    ...core.contextOf('crash:settle'),
    now: new Date(wallClock().getTime() + 120_000),
  };
  for (const row of [...rows, ...rows, ...rows]) await runJob(later, row);
  await ledger.relayNow(later);
  const audit = await ledger.audit(later, {});
  for (const { code, accountId, message } of audit.findings) {
    witness.find(`audit: ${code} ${accountId} ${message}`);
  }
  await compareWithLedger(later, witness);
  return { entries: audit.entries };
}

function seenBy({ messages, deliveries, lost, findings }: Witness) {
  const answers = messages.flatMap((message) => message.answers);
  return {
    followers: new Set(messages.map(({ openId }) => openId)).size,
    messages: messages.length,
    deliveries,
    lost,
    answers: answers.length,
    provisional: answers.filter(Witness.isProvisional).length,
    orders: messages.filter((message) => /兑换成功/.test(Witness.finalAnswer(message) ?? ''))
      .length,
    findings,
  };
}
