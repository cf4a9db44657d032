import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
import { type CuttableLine, cuttableLine } from './cuttable-line.ts';
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
  /** Whether the way to the database can be cut. */
  readonly cuttable?: boolean;
}

interface Sent {
  readonly openId: string;
  readonly sentAt: Date;
}

const ORIGINAL_ID = 'gh_sim_0001';
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const SETTLED_AT_ONCE = 500;
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
  private toDatabase: CuttableLine | null = null;
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
      MONGODB_URI: this.databaseUri,
      DATA_DIR: this.dataDir,
      ...(mode === 'safe' && { WECHAT_ENCODING_AES_KEY: AES_KEY }),
    });
  }

  /** The way to the database, for stories that cut it. */
  get line(): CuttableLine {
    if (!this.toDatabase) throw new Error('this programme was not made with a cuttable line');
    return this.toDatabase;
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

  /** Hands over a text that was sent at another time than now; gives its answer's words. */
  push({ text, ...sent }: Sent & { text: string }): Promise<string> {
    const msgId = `${sent.sentAt.getTime()}0000`;
    return this.pushFields({ ...sent, msgId }, [
      ['MsgType', 'text'],
      ['Content', text],
    ]);
  }

  /** The same for an event. */
  pushEvent({ event, ...sent }: Sent & { event: string }): Promise<string> {
    const fields = [
      ['MsgType', 'event'],
      ['Event', event],
      ['EventKey', ''],
    ] as const;
    return this.pushFields({ ...sent, msgId: null }, fields);
  }

  /** The same for a message that is no text. */
  pushMedia({ type, ...sent }: Sent & { type: string }): Promise<string> {
    const media = [
      ['MediaId', 'm1'],
      ['PicUrl', 'http://pic.test/1'],
      ['Format', 'amr'],
    ] as const;
    const place = [
      ['Location_X', '30.2'],
      ['Location_Y', '120.2'],
      ['Scale', '15'],
    ] as const;
    const fields = [['MsgType', type] as const, ...media, ...place, ['Label', '杭州'] as const];
    return this.pushFields({ ...sent, msgId: `${sent.sentAt.getTime()}0001` }, fields);
  }

  private async pushFields(
    { openId, sentAt, msgId }: Sent & { msgId: string | null },
    fields: Push['fields'],
  ): Promise<string> {
    const account = pretendAccount(this.config);
    const push = { openId, msgId, createTime: secondsOf(sentAt), fields };
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
    await ledger.settleDue(this.ctx(), SETTLED_AT_ONCE);
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
    if (this.options.cuttable) {
      const { hostname: host, port } = new URL(this.uri);
      this.toDatabase = await cuttableLine({ host, port: Number(port) });
    }
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

  /** Starts again without what the service remembered outside of the database. */
  async forgetReplies(): Promise<void> {
    await this.stop();
    rmSync(join(this.dataDir, 'key-value.jsonl'));
    await this.start();
  }

  /**
   * The service dies after the ledger was written, and before anything else of this is remembered;
   * then it starts again.
   */
  async diesAfter<Result>(act: () => Promise<Result>): Promise<Result> {
    const file = join(this.dataDir, 'key-value.jsonl');
    const before = readFileSync(file);
    const result = await act();
    await this.stop();
    writeFileSync(file, before);
    await this.start();
    return result;
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
    await this.toDatabase?.close();
    rmSync(this.dataDir, { recursive: true, force: true });
    nock.cleanAll();
    nock.enableNetConnect();
  }

  private get databaseUri(): string {
    if (!this.toDatabase) return this.uri;
    const url = new URL(this.uri);
    url.port = String(this.toDatabase.port);
    url.searchParams.set('directConnection', 'true');
    return url.href;
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
  private readonly answer = async (request: Request): Promise<nock.ReplyFnResult> => {
    const { pathname, searchParams } = new URL(request.url);
    const { pathname: base } = this.config.account.apiBaseUrl;
    const query = Object.fromEntries(searchParams);
    const path = pathname.slice(base.length);
    const sent = Buffer.from(await request.arrayBuffer());
    const contentType = request.headers.get('content-type') ?? undefined;
    const call = { method: request.method, path, query, body: sent, contentType };
    const { status, body, headers } = await this.simulator.answerCall(call);
    return [status, body, headers];
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
