import { z } from 'zod';
import { deliverPush } from '../../line/deliver-push.ts';
import { secondsOf } from '../../line/push.ts';
import { eventPush } from '../../line/pushes.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { findPerson } from '../people/find-person.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';

/** The people who answer by hand, and whom they talk to (reference 5.5). */
export const DESK_CALLS: WeixinCalls = {
  'cgi-bin/customservice/getkflist': get(listAccounts),
  'cgi-bin/customservice/getonlinekflist': get(listOnline),
  'customservice/kfaccount/add': post(addAccount),
  'customservice/kfaccount/update': post(renameAccount),
  'customservice/kfaccount/del': get(deleteAccount),
  'customservice/kfsession/create': post(openSession),
  'customservice/kfsession/close': post(closeSession),
  'customservice/kfsession/getsession': get(sessionOf),
  'customservice/kfsession/getsessionlist': get(listSessions),
  'customservice/kfsession/getwaitcase': get(() => ({ count: 0, waitcaselist: [] })),
};

const ACCOUNTS_MAX = 100;
const NICKNAME_MAX = 16;

const Account = z.object({ kf_account: z.string(), nickname: z.string() });
const Session = z.object({ kf_account: z.string(), openid: z.string() });

function listAccounts({ world }: Platform): object {
  const { accounts } = world.state.desk;
  const kf_list = accounts.map(({ account, id, nickname }) => ({
    kf_account: account,
    kf_nick: nickname,
    kf_id: id,
    kf_headimgurl: '',
  }));
  return { kf_list };
}

/** Whoever has an account is there. */
function listOnline({ world }: Platform): object {
  const { accounts, sessions } = world.state.desk;
  const kf_online_list = accounts.map(({ account, id }) => ({
    kf_account: account,
    status: 1,
    kf_id: id,
    accepted_case: sessions.filter((session) => session.account === account).length,
  }));
  return { kf_online_list };
}

function addAccount({ world: { state } }: Platform, { body }: Asked): object {
  const { kf_account: account, nickname } = read(Account, body);
  const { accounts } = state.desk;
  if (!/^[A-Za-z\d_]{1,10}@[\w-]+$/.test(account)) throw new ApiProblem(65404, 'invalid account');
  checkNickname(nickname);
  if (accounts.some((one) => one.account === account))
    throw new ApiProblem(65406, 'account exists');
  if (accounts.length >= ACCOUNTS_MAX) throw new ApiProblem(65405, 'too many accounts');
  state.lastNumber += 1;
  accounts.push({ account, id: state.lastNumber, nickname });
  return {};
}

function renameAccount(platform: Platform, { body }: Asked): object {
  const { kf_account, nickname } = read(Account, body);
  checkNickname(nickname);
  accountOf(platform, kf_account).nickname = nickname;
  return {};
}

function deleteAccount(platform: Platform, { query }: Asked): object {
  const { account } = accountOf(platform, query.kf_account ?? '');
  const { desk } = platform.world.state;
  desk.accounts = desk.accounts.filter((one) => one.account !== account);
  desk.sessions = desk.sessions.filter((one) => one.account !== account);
  return {};
}

function openSession(platform: Platform, { body }: Asked): object {
  const { kf_account, openid: openId } = read(Session, body);
  const { account } = accountOf(platform, kf_account);
  findPerson(platform, openId);
  const { desk } = platform.world.state;
  if (desk.sessions.some((one) => one.openId === openId)) {
    throw new ApiProblem(65414, 'the session has been accepted');
  }
  desk.sessions.push({ account, openId, at: secondsOf(platform.world.clock.now()) });
  platform.soon(() => tellSession(platform, { openId, account, event: 'kf_create_session' }));
  return {};
}

function closeSession(platform: Platform, { body }: Asked): object {
  const { kf_account, openid: openId } = read(Session, body);
  const { account } = accountOf(platform, kf_account);
  const { desk } = platform.world.state;
  const left = desk.sessions.filter((one) => one.openId !== openId || one.account !== account);
  if (left.length === desk.sessions.length) throw new ApiProblem(65413, 'no effective session');
  desk.sessions = left;
  platform.soon(() => tellSession(platform, { openId, account, event: 'kf_close_session' }));
  return {};
}

function sessionOf(platform: Platform, { query }: Asked): object {
  const { openId } = findPerson(platform, query.openid ?? '');
  const found = platform.world.state.desk.sessions.find((one) => one.openId === openId);
  return { kf_account: found?.account ?? '', createtime: found?.at ?? 0 };
}

function listSessions(platform: Platform, { query }: Asked): object {
  const { account } = accountOf(platform, query.kf_account ?? '');
  const own = platform.world.state.desk.sessions.filter((one) => one.account === account);
  return { sessionlist: own.map(({ openId, at }) => ({ openid: openId, createtime: at })) };
}

interface Told {
  readonly openId: string;
  readonly account: string;
  readonly event: 'kf_create_session' | 'kf_close_session';
}

async function tellSession(platform: Platform, { openId, account, event }: Told): Promise<void> {
  const fields = [['KfAccount', account]] as const;
  await deliverPush(platform, eventPush(platform.world, { openId, event, fields }));
}

function checkNickname(nickname: string): void {
  if (nickname === '' || [...nickname].length > NICKNAME_MAX) {
    throw new ApiProblem(65403, 'invalid nickname');
  }
}

function accountOf({ world }: Platform, account: string) {
  const found = world.state.desk.accounts.find((one) => one.account === account);
  if (!found) throw new ApiProblem(65401, 'invalid kf_account');
  return found;
}
