import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { randomFrom } from '../../../src/cli/seed/random.ts';
import { seed as seedShop } from '../../../src/cli/seed/seed.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import type { Core } from '../../../src/core.ts';
import * as ledger from '../../../src/loyalty/ledger/index.ts';
import * as mall from '../../../src/loyalty/mall/index.ts';
import * as staff from '../../../src/staff/index.ts';
import type { DatabaseProcess } from '../../support/crash-database.ts';
import { openApiPlatform } from '../../support/crash-platform.ts';
import { freePort } from '../../support/free-port.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { withCore } from '../../support/with-core.ts';
import { judgeRedemptions } from './redemptions.ts';
import { comeToRest } from './rest.ts';
import { occupySeat } from './seat.ts';
import { type Blows, openStage, type Stage, untilBlow, type Victims } from './stage.ts';
import { compareWithLedger } from './verdict.ts';
import { Witness } from './witness.ts';

export interface CampaignOptions {
  /** A database that nobody else uses. */
  readonly mongodbUri: string;
  /** Its server, when that is to be killed; null: it outlives every kill. */
  readonly database: DatabaseProcess | null;
  readonly victims: Victims;
  /** How pushes are encrypted. */
  readonly mode: 'plain' | 'safe';
  readonly kills: number;
  readonly seed: number;
  /** How many followers talk at a time. */
  readonly seats: number;
  /** `src/main.ts` or a built `main.js`. */
  readonly main: string;
  readonly say: (line: string) => void;
}

export interface CampaignReport {
  /** Kills of the service, kills of the database, and how long the service took after the latter. */
  readonly kills: Readonly<Blows>;
  readonly followers: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly lost: number;
  readonly answers: number;
  /** Answers that leave the outcome open, those among them that say "busy". */
  readonly provisional: number;
  readonly busy: number;
  /** Messages that were told "busy" and were done after all, and those of them whose result was told later. */
  readonly doneThoughBusy: number;
  readonly toldLater: number;
  /** Results that came with a later answer, or as a message of their own. */
  readonly lateWords: number;
  readonly receipts: number;
  readonly entries: number;
  readonly orders: number;
  readonly findings: readonly string[];
}

/**
 * Beside those of the shop; when they are gone, followers are told so. The local database looks at every
 * free code to find the first, and with thousands of them a redemption is never answered in time.
 */
const CODES_PER_KILL = 20;
const CODES_MAX = 400;
const SHOP = { members: 0, days: 0 };

/**
 * Lets followers talk to a service that is killed again and again, or whose database is, and then holds
 * what they were told against the ledger. The schedule of kills and talk comes from the seed; the
 * machine's own timing does not, so that a seed narrows a fault down and does not repeat it to the letter.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { main, database, kills } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-crash-'));
  const witness = new Witness();
  const platform = await openApiPlatform(({ openId, text }) => witness.hearLate(openId, text));
  const env = environmentOf(options, { dataDir, apiBaseUrl: platform.baseUrl });
  const config = readConfig(env);
  const partnerKey = await withCore(config, (core) =>
    prepare(core, Math.min(kills * CODES_PER_KILL, CODES_MAX)),
  );
  const service = new ServiceProcess({ main, port: await freePort(), env, restarts: true });
  const stage = openStage({ service, database });
  try {
    await talkAndKill(options, { config, stage, witness, partnerKey });
  } finally {
    await service.kill();
  }
  const figures = await judgePatiently(config, witness);
  await platform.close();
  rmSync(dataDir, { recursive: true, force: true });
  for (const { about, isTold } of witness.doneThoughBusy) {
    options.say(`done, and told "busy" ${isTold ? 'at first' : 'and no more'}: ${about}`);
  }
  return { kills: stage.blows, ...figures, ...seenBy(witness) };
}

interface Surroundings {
  readonly dataDir: string;
  readonly apiBaseUrl: string;
}

function environmentOf({ mongodbUri, mode }: CampaignOptions, around: Surroundings) {
  return {
    MONGODB_URI: mongodbUri,
    DATA_DIR: around.dataDir,
    DATA_KEY: randomBytes(32).toString('base64'),
    SESSION_SECRET: randomBytes(32).toString('hex'),
    WECHAT_API_BASE_URL: around.apiBaseUrl,
    WECHAT_MESSAGE_MODE: mode,
    WECHAT_ENCODING_AES_KEY: randomBytes(32).toString('base64').slice(0, 43),
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

interface Parts {
  readonly config: Config;
  readonly stage: Stage;
  readonly witness: Witness;
  readonly partnerKey: string;
}

async function talkAndKill(
  { kills, victims, seed, seats, say }: CampaignOptions,
  { config, stage, witness, partnerKey }: Parts,
): Promise<void> {
  await stage.up();
  const random = randomFrom(seed);
  let number = 0;
  let isOver = false;
  const { account } = config;
  const seated = Array.from({ length: seats }, (_, seat) =>
    occupySeat({
      origin: stage.service.origin,
      account: {
        ...account,
        name: 'crash',
        originalId: 'gh_crash_0001',
        mode: account.messageMode,
      },
      partnerKey,
      random: randomFrom(seed * 1000 + seat),
      witness,
      up: stage.up,
      isOver: () => isOver,
      nextNumber: () => ++number,
    }),
  );
  const talk = Promise.all(seated);
  // Its failure is thrown where it is waited for.
  talk.catch(() => undefined);
  for (let kill = 1; kill <= kills; kill++) {
    await untilBlow(random, stage);
    stage.strike(victims, random);
    if (kill % 20 === 0) say(`${kill} kills, ${witness.messages.length} messages`);
  }
  await stage.up();
  await wait(1000);
  isOver = true;
  await talk;
}

const JUDGED_MAX = 4;

/** Once more where the database was too slow for a question: all that is asked can be asked again. */
async function judgePatiently(config: Config, witness: Witness) {
  const seen = witness.findings.length;
  for (let times = 1; ; times++) {
    try {
      return await withCore(config, (core) => settleAndJudge(core, witness));
    } catch (error) {
      if (times === JUDGED_MAX || !(error instanceof mongo.MongoNetworkError)) throw error;
      witness.forget(seen);
    }
  }
}

async function settleAndJudge(core: Core, witness: Witness) {
  const later = await comeToRest(core, witness);
  const audit = await ledger.audit(later, {});
  for (const { code, accountId, message } of audit.findings) {
    witness.find(`audit: ${code} ${accountId} ${message}`);
  }
  await judgeRedemptions(witness);
  await compareWithLedger(later, witness);
  return { entries: audit.entries };
}

function seenBy(witness: Witness) {
  const { messages, receipts, deliveries, lost, findings, doneThoughBusy, lateWords } = witness;
  const answers = messages.flatMap((message) => message.answers);
  return {
    followers: new Set(messages.map(({ openId }) => openId)).size,
    messages: messages.length,
    deliveries,
    lost,
    answers: answers.length,
    provisional: answers.filter(Witness.isProvisional).length,
    busy: answers.filter(Witness.isBusy).length,
    doneThoughBusy: doneThoughBusy.length,
    toldLater: doneThoughBusy.filter(({ isTold }) => isTold).length,
    lateWords: lateWords.length,
    receipts: receipts.length,
    orders: messages.filter((message) => /兑换成功/.test(Witness.finalAnswer(message) ?? ''))
      .length,
    findings,
  };
}
