import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as bot from './bot/index.ts';
import { seed } from './cli/seed/seed.ts';
import type { Config } from './config.ts';
import { type Core, openCore } from './core.ts';
import * as http from './http/index.ts';
import * as jobs from './jobs/index.ts';
import type { Clock, Log } from './kernel/context.ts';
import * as ledger from './loyalty/ledger/index.ts';
import * as members from './loyalty/members/index.ts';
import * as broadcasts from './notify/broadcast/index.ts';
import * as notify from './notify/index.ts';
import { startCron } from './platform/cron.ts';
import { database } from './platform/mongo.ts';
import { introduceAccount, openPretendAccount } from './pretend-account.ts';
import * as simulator from './simulator/index.ts';
import type * as wechat from './wechat/index.ts';

/** A second round for what the first one caused. */
const ROUNDS = 2;

/** The service, put together and not listening yet. */
export interface App {
  readonly core: Core;
  readonly http: FastifyInstance;
  /** The pretend WeChat; null for a real account. */
  readonly simulator: simulator.Simulator | null;
  /** What lets other machines into the simulator; null while only this one can come. */
  readonly password: string | null;
  /** Runs every job once in order, and once more for what the first round caused. */
  readonly runDueJobs: () => Promise<void>;
  /** Begins what runs by itself, once the service can be reached. */
  readonly begin: () => Promise<void>;
  /** From now on /readyz answers 503. */
  readonly leave: () => void;
  /** Finishes what is under way: requests, jobs, late answers, the relay. */
  readonly close: () => Promise<void>;
}

export interface AppOptions {
  readonly log: Log;
  /** The system's clock. */
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How the pretend WeChat reaches /wechat, when not over the network. */
  readonly deliver?: simulator.Deliver;
}

/** The one place where everything is put together. */
export async function buildApp(config: Config, options: AppOptions): Promise<App> {
  const { log } = options;
  const turnable = config.mode === 'live' ? null : simulator.turnableClock(options.clock);
  const clock = turnable?.now ?? options.clock;
  const core = await openCore(config, { clock, log, as: 'service', env: options.env });
  const rows = jobs.schedule({ sender: core.sender });
  const run = (job: jobs.Job) => jobs.runJob(core.contextOf(`job:${job.name}`), job);
  const runDueJobs = async () => {
    for (let round = 0; round < ROUNDS; round++) {
      // What was posted a moment ago is seen by its readers before the jobs that follow them.
      await ledger.relayNow(core.contextOf('relay'));
      for (const job of rows) await run(job);
    }
  };
  const asset = http.assetNames();
  const password = config.listensBeyondThisMachine ? randomBytes(9).toString('base64url') : null;
  const { deliver } = options;
  const parts = turnable && { clock: turnable, runDueJobs, asset, password, deliver };
  const pretend = parts && (await openPretendAccount(core, parts));
  const talk = conversationOf(core);
  const state = { stopping: false, stopCron: async () => {} };
  const app = await http.buildHttp({
    clock,
    log,
    trustProxy: config.trustProxy,
    keyValue: core.keyValue,
    webhook: { keys: keysOf(config), answer: answering(core, talk) },
    h5: pagesOf(core, { asset, frames: pretend ? 'self' : 'none' }),
    health: healthOf(core, () => state.stopping),
    simulator: pretend?.routes ?? null,
  });
  return {
    core,
    http: app,
    simulator: pretend,
    password: pretend && password,
    runDueJobs,
    async begin() {
      state.stopCron = startCron(rows, { run, log });
      if (pretend) await introduceAccount(core);
      if (config.mode === 'demo') await runDueJobs();
    },
    leave() {
      state.stopping = true;
    },
    async close() {
      state.stopping = true;
      await state.stopCron();
      await app.close();
      await talk.settled();
      await pretend?.close();
      await core.close();
    },
  };
}

/** Fills the database of a demo that was never started before. */
export async function fillDemo(core: Core): Promise<void> {
  const ctx = core.contextOf('seed');
  // He is the last to be made: with him there, all are.
  if (await members.findMember(ctx, { openId: 'o_sim_laowang' })) return;
  await seed(ctx, 'demo', { members: 0, days: 0 });
}

function conversationOf({ keyValue, catalogue, links, api, contextOf }: Core): bot.AnswerOnce {
  return bot.createAnswer({
    keyValue,
    catalogue,
    links,
    async lateMessage(openId, text) {
      // It counts in the window that notices have; whether one is open the platform knows better.
      await notify.takeFromWindow(contextOf('late result'), keyValue, openId);
      await api.customer.sendText(openId, text);
    },
    onTemplateResult: notify.recordDelivery,
    onContact: (contact) => notify.openWindow(keyValue, contact),
    onSubscriptions: notify.keepSubscriptions,
    onSubscriptionSent: notify.recordSubscriptionDelivery,
    onTelling: notify.tellParked,
    onMassResult: broadcasts.recordMassResult,
    contactLine: broadcasts.takeContactLine,
    remindOfCheckIn: notify.remindOfCheckIn,
  });
}

function answering({ contextOf }: Core, talk: bot.AnswerOnce) {
  return (message: wechat.InboundMessage) => talk.answerOnce(message, contextOf('message'));
}

function keysOf({ account }: Config): wechat.AccountKeys {
  const { appId, token, aesKey, previousAesKey, toleranceSeconds, messageMode: mode } = account;
  return { appId, token, mode, aesKey, previousAesKey, toleranceSeconds };
}

function pagesOf(
  { catalogue, sessionSecret }: Core,
  { asset, frames }: Pick<http.HttpParts['h5'], 'asset' | 'frames'>,
): http.HttpParts['h5'] {
  return { catalogue, asset, frames, sessionSecret };
}

function healthOf({ keyValue, config }: Core, stopping: () => boolean): http.HttpParts['health'] {
  const checks = {
    mongodb: () => database().command({ ping: 1 }),
    keyValue: () => keyValue.get('ready'),
  };
  return { checks, stopping, metricsToken: config.metricsToken };
}
