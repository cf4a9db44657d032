import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import type { Random } from '../../../src/cli/seed/random.ts';
import { type Engine, startEngine } from '../../../src/simulator/engine.ts';
import { turnableClock } from '../../../src/simulator/index.ts';
import type { Account } from '../../../src/simulator/line/account.ts';
import type { Deliver, Platform } from '../../../src/simulator/platform.ts';
import { LineBroken } from '../../../src/simulator/weixin/play-fault.ts';
import type { RawCall } from '../../../src/simulator/weixin/raw-call.ts';
import { weixinRoutes } from '../../../src/simulator/weixin/weixin.routes.ts';
import { enter } from '../../../src/simulator/world/people.ts';
import * as wording from '../../../src/wording/index.ts';
import { openIdOf } from '../../support/crowd.ts';
import { wallClock } from '../../support/line.ts';

/** A message to each of 16 members at a time, tried twice, and each time three times. */
const TRIES_AT_A_TIME = 16 * 2 * 3;

const SEND = 'cgi-bin/message/subscribe/bizsend';
/** What the members of a crowd have agreed to. */
const NOTICE = {
  priTmplId: 'S1',
  title: '上新提醒',
  content: '商品{{thing1.DATA}}\n日期{{date2.DATA}}',
  example: '商品咖啡豆\n日期2026年11月24日',
  type: 2,
} as const;

export interface BroadcastPlatformOptions {
  readonly account: Account;
  /** Who follows, and has agreed to one notice each. */
  readonly members: number;
  /** Of a thousand replies, and of a thousand reports about a sent notice, how many are lost. */
  readonly lostPerMille: { readonly replies: number; readonly reports: number };
  readonly random: Random;
  /** Where the service takes pushes, once it is known. */
  readonly serviceOrigin: string;
}

/** The platform's side of the simulator in this process: it outlives a service that is killed. */
export interface BroadcastPlatform {
  /** For WECHAT_API_BASE_URL. */
  readonly baseUrl: string;
  /** How many phones show a notice by now. */
  readonly reached: () => number;
  /** How many notices a phone shows. */
  readonly shownTo: (openId: string) => number;
  /** Whether a reply about this person was lost. */
  readonly lostReplyTo: (openId: string) => boolean;
  /** Loses the next replies: of as many members as are sent to at a time, every one to every try. */
  readonly loseReplies: () => void;
  /** Begins the day's quota anew, as an account of this size would have a larger one. */
  readonly clearQuota: () => void;
  close(): Promise<void>;
}

/** Opens it on a free port, with its crowd of followers and a share of replies that get lost. */
export async function openBroadcastPlatform(
  options: BroadcastPlatformOptions,
): Promise<BroadcastPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'jifenwu-platform-'));
  const { engine, platform } = await startEngine({
    account: options.account,
    deliver: reportsTo(options),
    clock: turnableClock(wallClock),
    runDueJobs: async () => {},
    dataFile: join(folder, 'simulator.json'),
    followers: [],
    say: wording.loadCatalogue().say('zh-CN'),
    language: 'zh-CN',
    asset: (name) => name,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  populate(platform, options.members);
  const probability = options.lostPerMille.replies / 1000;
  if (probability > 0) {
    const seed = Math.floor(options.random() * 2 ** 31);
    engine.addFault({ path: SEND, kind: 'lost', probability, seed });
  }
  const lost = new Set<string>();
  const app = fastify();
  const api = noting(engine, lost);
  await app.register(async (routes) => weixinRoutes(routes, api), { prefix: '/simulator/weixin' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const shownTo = (openId: string) =>
    platform.transcript.of(openId).filter(({ via }) => via === 'subscription').length;
  const sentBefore = platform.world.state.templateMessages;
  return {
    baseUrl: `http://127.0.0.1:${port}/simulator/weixin/`,
    reached: () => platform.world.state.templateMessages - sentBefore,
    shownTo,
    lostReplyTo: (openId) => lost.has(openId),
    loseReplies: () => engine.addFault({ path: SEND, kind: 'lost', times: TRIES_AT_A_TIME }),
    clearQuota: () => platform.counts.clear(SEND),
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function populate({ world }: Platform, members: number): void {
  world.state.notices.push(NOTICE);
  for (let n = 0; n < members; n++) {
    const openId = openIdOf(n);
    enter(world, { openId, name: openId, standing: 'following' });
    world.state.consents[`${openId} ${NOTICE.priTmplId}`] = 1;
  }
}

/** Remembers to whom a message was sent whose reply then never arrived. */
function noting(engine: Engine, lost: Set<string>): Engine {
  return {
    ...engine,
    async answerCall(call: RawCall) {
      try {
        return await engine.answerCall(call);
      } catch (error) {
        if (error instanceof LineBroken) lost.add(JSON.parse(String(call.body)).touser);
        throw error;
      }
    },
  };
}

/** Hands reports to the service over HTTP, and some of them to nobody. */
function reportsTo({ serviceOrigin, random, lostPerMille }: BroadcastPlatformOptions): Deliver {
  return async ({ method, query, body, signal }) => {
    // All that was asked is answered before: the platform sends it no second time.
    if (random() * 1000 < lostPerMille.reports) return { status: 200, body: 'success' };
    const url = `${serviceOrigin}/wechat?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method, body, signal });
    return { status: response.status, body: await response.text() };
  };
}
