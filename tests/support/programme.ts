import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type App, buildApp } from '../../src/app.ts';
import { seed } from '../../src/cli/seed/seed.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Context } from '../../src/kernel/context.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import { database } from '../../src/platform/mongo.ts';
import { introduceAccount } from '../../src/pretend-account.ts';
import type { Deliver, Simulator } from '../../src/simulator/index.ts';
import { type Push, secondsOf, signPush } from '../../src/simulator/line/push.ts';
import { openReply } from '../../src/simulator/line/reply.ts';
import * as staff from '../../src/staff/index.ts';
import { databaseUri } from './database.ts';
import { Persona } from './persona.ts';
import { threeDeliveries } from './three-deliveries.ts';

export interface ProgrammeOptions {
  /** When the stories begin, in Shanghai: `2026-01-02 23:59`, with seconds if wanted. */
  readonly begins: string;
  /** How messages are sealed; plain unless said. */
  readonly mode?: 'plain' | 'safe';
  /** Whether every message is delivered three times. */
  readonly thrice?: boolean;
}

const ORIGINAL_ID = 'gh_sim_0001';
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const SHOP = { members: 0, days: 0 };

/**
 * The whole service in this process, with a database and a data folder of its own and a pretend WeChat.
 * Time passes only when a story says so. Every story ends with a clean audit, without an error in the
 * log and without two answers to one message.
 */
export function useProgramme(options: ProgrammeOptions): Programme {
  const programme = new Programme(options);
  beforeAll(() => programme.open(), 60_000);
  afterEach(() => programme.mustBeClean());
  afterAll(() => programme.end());
  return programme;
}

export class Programme {
  /** Errors in the log, and answers to one message that differ. A story that wants some takes them. */
  readonly complaints: string[] = [];
  private readonly options: ProgrammeOptions;
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-story-'));
  private readonly uri = databaseUri();
  private now: Date;
  private running: App | null = null;
  private partnerKey: string | null = null;

  constructor(options: ProgrammeOptions) {
    this.options = options;
    this.now = shanghai(options.begins);
  }

  get app(): App {
    if (!this.running) throw new Error('the programme opens before the first story');
    return this.running;
  }

  get simulator(): Simulator {
    const { simulator } = this.app;
    if (!simulator) throw new Error('there is a pretend WeChat in every story');
    return simulator;
  }

  get config(): Config {
    const mode = this.options.mode ?? 'plain';
    return readConfig({
      MONGODB_URI: this.uri,
      DATA_DIR: this.dataDir,
      ...(mode === 'safe' && { WECHAT_ENCODING_AES_KEY: AES_KEY }),
    });
  }

  /** The circumstances of something that is done by hand now. */
  ctx(): Context {
    return this.app.core.contextOf(`story:${randomUUID()}`);
  }

  follower(name: string): Persona {
    return new Persona(this, name);
  }

  /** Goes to an instant of Shanghai, as `2026-01-03 00:00`, and runs every job that became due. */
  async waitUntil(time: string): Promise<void> {
    this.turnTo(time);
    await this.runDueJobs();
  }

  /** Goes to an instant, and nothing runs. */
  turnTo(time: string): void {
    this.now = shanghai(time);
  }

  /** Lets seconds pass, and nothing runs. */
  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  async runDueJobs(): Promise<void> {
    await this.app.runDueJobs();
    await this.simulator.settled();
  }

  /** Hands over a message that was sent at another time than now, as after an outage; its answer's words. */
  async push({ openId, sentAt, text }: { openId: string; sentAt: Date; text: string }) {
    const account = pretendAccount(this.config);
    const fields: Push['fields'] = [
      ['MsgType', 'text'],
      ['Content', text],
    ];
    const push = {
      openId,
      msgId: `${sentAt.getTime()}0000`,
      createTime: secondsOf(sentAt),
      fields,
    };
    const { query, body } = signPush(account, push, this.now);
    const signal = AbortSignal.timeout(5000);
    const answer = await this.deliver({ method: 'POST', query, body, signal });
    return openReply(account, openId, answer.body).heard?.text ?? '';
  }

  contradict(what: string): void {
    this.complaints.push(what);
  }

  /** Asks /api/v1 as a partner who may do everything. */
  async api(
    method: 'GET' | 'POST',
    path: string,
    { body, key }: { body?: object; key?: string } = {},
  ) {
    this.partnerKey ??= await this.newPartnerKey();
    const headers = {
      authorization: `Bearer ${this.partnerKey}`,
      ...(method === 'POST' && { 'idempotency-key': key ?? randomUUID() }),
    };
    const url = `/api/v1/${path}`;
    const payload = body && { payload: body };
    const answer = await this.app.http.inject({ method, url, headers, ...payload });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  }

  /** Proves every account, once everything that is due has happened. */
  async audit(): Promise<void> {
    await this.runDueJobs();
    await ledger.relayNow(this.ctx());
    const { findings } = await ledger.audit(this.ctx(), {});
    expect(findings).toEqual([]);
  }

  /** Ends a story: nothing is left to say against it. */
  async mustBeClean(): Promise<void> {
    expect(this.complaints.splice(0)).toEqual([]);
    await this.audit();
  }

  async open(): Promise<void> {
    nock.disableNetConnect();
    const { apiBaseUrl } = this.config.account;
    nock(apiBaseUrl.origin).persist().get(/./).reply(this.answer).post(/./).reply(this.answer);
    await this.start();
    await seed(this.ctx(), 'minimal', SHOP);
    await introduceAccount(this.app.core);
  }

  /** Stops the service as an operator would, and starts it again on what it left behind. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const { app } = this;
    this.running = null;
    await app.close();
  }

  async start(): Promise<void> {
    const { config } = this;
    this.running = await buildApp(config, {
      env: {},
      clock: () => this.now,
      log: { debug() {}, info() {}, warn() {}, error: this.noteError },
      deliver: this.options.thrice
        ? threeDeliveries(pretendAccount(config), this.deliver, (what) => this.contradict(what))
        : this.deliver,
    });
    await this.app.http.ready();
  }

  async end(): Promise<void> {
    if (this.running) {
      await database().dropDatabase();
      await this.stop();
    }
    rmSync(this.dataDir, { recursive: true, force: true });
    nock.cleanAll();
    nock.enableNetConnect();
  }

  private readonly noteError = (...said: readonly unknown[]) => {
    const [fields, phrase] = said;
    const { err } = Object(fields) as { err?: unknown };
    this.complaints.push(`${phrase}: ${err instanceof Error ? err.stack : JSON.stringify(fields)}`);
  };

  private readonly deliver: Deliver = async ({ method, query, body }) => {
    const headers = { 'content-type': 'text/xml' };
    const request = { method, url: '/wechat', query: { ...query }, headers, payload: body };
    const { statusCode, body: answer } = await this.app.http.inject(request);
    return { status: statusCode, body: answer };
  };

  /** The pretend API behind every call that leaves the service. */
  private readonly answer = async (request: Request): Promise<[number, object]> => {
    const { pathname, searchParams } = new URL(request.url);
    const { pathname: base } = this.config.account.apiBaseUrl;
    const query = Object.fromEntries(searchParams);
    const path = pathname.slice(base.length);
    const call = { method: request.method, path, query, body: await request.text() };
    const { status, body } = await this.simulator.answerCall(call);
    return [status, body];
  };

  private async newPartnerKey(): Promise<string> {
    const scopes = ['purchases:write', 'members:read', 'orders:write', 'audit:read'] as const;
    const { key } = await staff.createPartnerKey(this.ctx(), { name: 'till', scopes });
    return key;
  }
}

/** The account as the pretend WeChat knows it. */
function pretendAccount({ account }: Config) {
  return { ...account, name: 'pretend', originalId: ORIGINAL_ID, mode: account.messageMode };
}

function shanghai(time: string): Date {
  const [day, clock = '00:00'] = time.split(' ');
  return new Date(`${day}T${clock.length === 5 ? `${clock}:00` : clock}+08:00`);
}
