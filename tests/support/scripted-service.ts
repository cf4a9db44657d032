import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Deliver,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  turnableClock,
} from '../../src/simulator/index.ts';
import * as wording from '../../src/wording/index.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const ACCOUNT = {
  name: '示范小店',
  appId: 'wxsim0000000000000',
  token: 'jifenwudemo',
  mode: 'plain',
  aesKey: null,
  originalId: 'gh_sim_0001',
} as const;

const FOLLOWERS = [
  { openId: 'o_sim_xiaoman', name: '小满不吃糖', standing: 'following' },
  { openId: 'o_sim_azhe', name: '新来的阿哲', standing: 'new' },
  { openId: 'o_sim_laowang', name: '老王在路上', standing: 'left' },
] as const;

/** A push in plain mode as the service sees it. */
export interface Seen {
  readonly query: Readonly<Record<string, string>>;
  readonly xml: string;
  field(name: string): string;
}

/** What a service that is no service answers: words, nothing (null), or a body of its own. */
export type Script = (seen: Seen) => string | null | { status: number; body: string };

/** A pretend WeChat whose service answers by a script, with a file and a clock of its own. */
export async function scriptedSimulator(
  script: Script,
  more: Partial<SimulatorOptions> = {},
): Promise<{ simulator: Simulator; seen: Seen[]; dataFile: string; remove: () => Promise<void> }> {
  const seen: Seen[] = [];
  const dataFile = more.dataFile ?? join(tmpdir(), `simulator-${randomUUID()}.json`);
  const simulator = await startSimulator({
    account: ACCOUNT,
    deliver: scripted(script, seen),
    clock: turnableClock(() => new Date('2026-11-24T12:14:00Z')),
    runDueJobs: async () => {},
    followers: FOLLOWERS,
    scenes: [{ scene: 'store:binjiang', name: '滨江店' }],
    say: wording.loadCatalogue().say('zh-CN'),
    language: 'zh-CN',
    asset: (name) => `/assets/${name}`,
    password: null,
    log: silent,
    ...more,
    dataFile,
  });
  const remove = async () => {
    await simulator.close();
    await rm(dataFile, { force: true });
  };
  return { simulator, seen, dataFile, remove };
}

/** A plain text reply to a push, from the account to its follower. */
export function replyTo({ field }: Seen, text: string): string {
  return [
    `<xml><ToUserName>${field('FromUserName')}</ToUserName>`,
    `<FromUserName>${field('ToUserName')}</FromUserName>`,
    `<CreateTime>1795000000</CreateTime><MsgType>text</MsgType>`,
    `<Content><![CDATA[${text}]]></Content></xml>`,
  ].join('');
}

function scripted(script: Script, seen: Seen[]): Deliver {
  return async ({ query, body }) => {
    const push = { query, xml: body, field: (name: string) => fieldIn(body, name) };
    seen.push(push);
    const answer = script(push);
    if (answer === null) return { status: 200, body: 'success' };
    return typeof answer === 'string' ? { status: 200, body: replyTo(push, answer) } : answer;
  };
}

function fieldIn(xml: string, name: string): string {
  const match = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([\\s\\S]*?)(?:\\]\\]>)?</${name}>`).exec(
    xml,
  );
  return match?.[1] ?? '';
}
