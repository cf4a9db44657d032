import { join } from 'node:path';
import * as bot from './bot/index.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import type { AssetOf } from './http/index.ts';
import * as settings from './loyalty/settings/index.ts';
import * as notify from './notify/index.ts';
import * as simulator from './simulator/index.ts';

/** The pretend account's original id (the public contract, 10.1). */
const ORIGINAL_ID = 'gh_sim_0001';

/** Whom the pretend WeChat begins with; the demo has a history for all but the second. */
const FOLLOWERS = [
  { openId: 'o_sim_xiaoman', name: '小满不吃糖', standing: 'following' },
  { openId: 'o_sim_azhe', name: '新来的阿哲', standing: 'new' },
  { openId: 'o_sim_laowang', name: '老王在路上', standing: 'left' },
  { openId: 'o_sim_001', name: '云朵配送员', standing: 'following' },
  { openId: 'o_sim_002', name: '周末去爬山', standing: 'following' },
] as const;

export interface PretendParts {
  readonly clock: simulator.TurnableClock;
  readonly runDueJobs: () => Promise<void>;
  readonly asset: AssetOf;
  /** What lets others than this machine in; null while nobody else can come. */
  readonly password: string | null;
  /** By itself the pushes go to /wechat over the loopback address. */
  readonly deliver: simulator.Deliver | undefined;
}

/** Starts the pretend WeChat of a service that has no real account. */
export async function openPretendAccount(
  { config, catalogue, log, contextOf }: Core,
  { clock, runDueJobs, asset, password, deliver }: PretendParts,
): Promise<simulator.Simulator> {
  const { account, dataDir } = config;
  const { name, stores } = await settings.read(contextOf('simulator'), 'programme');
  return simulator.startSimulator({
    account: {
      name,
      appId: account.appId,
      token: account.token,
      aesKey: account.aesKey,
      mode: account.messageMode,
      originalId: ORIGINAL_ID,
    },
    deliver: deliver ?? overLoopback(config),
    clock,
    runDueJobs,
    dataFile: join(dataDir, 'simulator.json'),
    followers: FOLLOWERS,
    say: catalogue.say('zh-CN'),
    language: 'zh-CN',
    asset,
    scenes: stores,
    password,
    log,
  });
}

/** What an operator does once for a new account: finds the templates, sends the menu. */
export async function introduceAccount(core: Core): Promise<void> {
  await notify.syncNotices(core.contextOf('start'), core.sender);
  await core.api.menus.create(bot.accountMenu(core.catalogue.say('zh-CN')));
}

function overLoopback({ account, port }: Config): simulator.Deliver {
  const host = account.apiBaseUrl.hostname;
  return async ({ method, query, body, signal }) => {
    const url = new URL(`http://${host}:${port}/wechat`);
    url.search = new URLSearchParams(query).toString();
    const post = { method, signal, body, headers: { 'content-type': 'text/xml' } };
    const response = await fetch(url, method === 'GET' ? { method, signal } : post);
    return { status: response.status, body: await response.text() };
  };
}
