import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { databaseUri } from '../../tests/support/database.ts';
import * as settings from '../loyalty/settings/index.ts';
import { database } from '../platform/mongo.ts';
import { type Terminal, withCore } from './command.ts';
import { doctorCommand } from './doctor.ts';
import type { Check } from './doctor-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'jifenwu-doctor-'));
const ACCOUNT = {
  MONGODB_URI: databaseUri(),
  DATA_DIR: folder,
  WECHAT_APP_ID: 'wx49f0ab532d5d035a',
  WECHAT_APP_SECRET: '0123456789abcdef',
  WECHAT_TOKEN: 'token123',
  WECHAT_MESSAGE_MODE: 'plain',
};
const printed: string[] = [];
let exitCode = 0;

function terminalWith(more: Record<string, string> = {}): Terminal {
  return {
    env: { ...ACCOUNT, ...more },
    // The doctor compares it with the clock of the database.
    now: () => new Date(performance.timeOrigin + performance.now()),
    stdin: (async function* () {})(),
    print: (line) => printed.push(line),
    say: () => undefined,
    exit: (code) => {
      exitCode = code;
    },
  };
}

/** What the doctor prints. */
async function examined(args: readonly string[], more: Record<string, string> = {}) {
  printed.length = 0;
  exitCode = 0;
  const program = new Command().exitOverride();
  doctorCommand(program, terminalWith(more));
  await program.parseAsync(['doctor', ...args], { from: 'user' });
  return printed.join('\n');
}

/** What the doctor finds of one thing, and how the command ends. */
async function finding(name: string, args: readonly string[], more: Record<string, string> = {}) {
  const { ok, checks } = JSON.parse(await examined(['--json', ...args], more)) as {
    ok: boolean;
    checks: readonly Check[];
  };
  expect(exitCode).toBe(ok ? 0 : 1);
  return checks.find((check) => check.name === name);
}

const KINDS = ['points-changed', 'order-shipped', 'points-expiring'];
const TEMPLATES = KINDS.map((kind) => ({
  template_id: `T-${kind}`,
  title: kind,
  content: '订单号:{{character_string1.DATA}}',
}));
const IPS = { ip_list: ['1.1.1.1', '2.2.2.2'] };
const FOUND = {
  dns: [{ ip: '9.9.9.9', real_operator: 'UNICOM' }],
  ping: [{ ip: '9.9.9.9', from_operator: 'UNICOM', package_loss: '0%', time: '2ms' }],
};
const quotaOf = (remain: number) => ({ quota: { daily_limit: 100_000, used: 0, remain } });

/** What the platform answers, call by call; each may be another. */
function account({
  token = { access_token: 'T', expires_in: 7200 } as object,
  addresses = IPS as object,
  templates = { template_list: TEMPLATES } as object,
  quotas = [quotaOf(99_998), quotaOf(500_000)] as readonly object[],
  callback = FOUND as object,
} = {}): void {
  const platform = nock('https://api.weixin.qq.com');
  const again = nock('https://api.weixin.qq.com').persist();
  again.post('/cgi-bin/stable_token').reply(200, token);
  const called = (path: string) => (address: string) => address.startsWith(path);
  again.get(called('/cgi-bin/get_api_domain_ip')).reply(200, addresses);
  platform.get(called('/cgi-bin/template/get_all_private_template')).reply(200, templates);
  for (const quota of quotas) {
    platform.post(called('/cgi-bin/openapi/quota/get')).reply(200, quota);
  }
  platform.post(called('/cgi-bin/callback/check')).reply(200, callback);
}

const failing = (errcode: number, errmsg = 'no rid: 1-2-3') => ({ errcode, errmsg });

async function bind(change: Record<string, object> = {}): Promise<void> {
  const bindings = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      { templateId: `T-${kind}`, keys: { 订单号: 'character_string1' }, ...change[kind] },
    ]),
  );
  await withCore(terminalWith(), (core) =>
    settings.change(core.contextOf('test'), 'notices', { bindings }),
  );
}

beforeAll(() => nock.disableNetConnect());
beforeAll(() => bind());
afterEach(() => nock.cleanAll());
afterAll(async () => {
  await withCore(terminalWith(), () => database().dropDatabase());
  rmSync(folder, { recursive: true, force: true });
});

const SIX: readonly {
  readonly what: string;
  readonly name: string;
  readonly answers: Parameters<typeof account>[0];
  readonly chinese: string;
  readonly english: string;
}[] = [
  {
    what: '40164: the address is not in the whitelist',
    name: 'wechat',
    answers: {
      token: failing(
        40164,
        'invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1',
      ),
    },
    chinese:
      '40164：本机出口 IP 203.0.113.9 不在白名单。\n请在公众平台「设置与开发、基本配置、IP 白名单」加入它，几分钟后再试。',
    english:
      '40164: this server’s address 203.0.113.9 is not in the account’s IP whitelist.\nAdd it at mp.weixin, Basic configuration, IP whitelist; try again in a few minutes.',
  },
  {
    what: '40125: the secret is wrong',
    name: 'wechat',
    answers: { token: failing(40125) },
    chinese:
      '40125：AppSecret 不对。\n请在公众平台「基本配置」核对或重置，再改 WECHAT_APP_SECRET 并重启。',
    english:
      '40125: the app secret is wrong.\nCompare or reset it at mp.weixin, Basic configuration; set WECHAT_APP_SECRET and restart.',
  },
  {
    what: '40001: a token that was just issued is refused',
    name: 'wechat',
    answers: { addresses: failing(40001) },
    chinese:
      '40001：刚取到的 access_token 就已失效，有别的程序也在给这个号取 token。\n请停掉它，或让它改用 stable_token；多个实例请共用一个 REDIS_URL。',
    english:
      '40001: a fresh token was refused: another program fetches tokens for this account.\nStop it, or let it use stable_token; several instances share one REDIS_URL.',
  },
  {
    what: '40037: a template is gone',
    name: 'notices',
    answers: { templates: { template_list: TEMPLATES.slice(0, 1) } },
    chinese:
      '40037：这些通知的模板已不在公众号里：order-shipped, points-expiring。\n请在公众平台重新添加同名模板，再运行 notices:sync。',
    english:
      '40037: templates that are gone from the account: order-shipped, points-expiring.\nAdd templates of the same titles at mp.weixin, then run notices:sync.',
  },
  {
    what: '45009: nothing is left of the quota',
    name: 'quota',
    answers: { quotas: [quotaOf(0), quotaOf(500_000)] },
    chinese:
      '45009：今天的次数已用完：/cgi-bin/message/template/send。\n北京时间 0 点自动恢复，之前的通知会等到那时再发。不必重启。',
    english:
      '45009: used up for today: /cgi-bin/message/template/send.\nThey return at midnight in Beijing, and notices wait until then. Nothing has to be restarted.',
  },
  {
    what: '48001: the account is not verified',
    name: 'notices',
    answers: { templates: failing(48001, 'api unauthorized rid: 1') },
    chinese:
      '48001：这个号没有这个接口的权限，多半是还没有认证，或认证已过期。\n请在公众平台完成微信认证，再到「接口权限」里核对。',
    english:
      '48001: the account may not use this API; most likely it is not verified, or not any more.\nVerify it at mp.weixin, then look at its API permissions.',
  },
];

describe('the failures that people meet most are told with the step to take', () => {
  test.each(SIX)('$what', async ({ name, answers, chinese, english }) => {
    account(answers);
    expect(await finding(name, ['--lang', 'zh-CN'])).toEqual({ name, ok: false, hint: chinese });
    nock.cleanAll();
    account(answers);
    expect(await finding(name, ['--lang', 'en'])).toEqual({ name, ok: false, hint: english });
  });
});

describe('the doctor', () => {
  test('finds an account well, and prints it in the language of the terminal', async () => {
    account();
    const chinese = await examined([], { LANG: 'zh_CN.UTF-8' });
    expect(chinese).toContain('✓ wechat: 已取得 access_token，微信给出 2 个接口地址');
    expect(chinese).toContain('✓ quota: 今天还能发模板消息 99,998 条，客服消息 500,000 条');
    expect(chinese).toContain('✓ callback: 微信找得到回调地址：9.9.9.9');
    expect(chinese).toContain('✓ mail: 没有配置');
    expect(chinese).not.toContain('✗');
    expect(exitCode).toBe(0);
    account();
    const english = await examined([], { LANG: 'C.UTF-8', LC_ALL: 'en_GB.UTF-8' });
    expect(english).toContain('✓ notices: every notice has its template');
    expect(exitCode).toBe(0);
  });

  test('tells a failure of two lines below one name', async () => {
    account({ token: failing(40125) });
    expect(await examined(['--lang', 'en'])).toContain(
      '✗ wechat: 40125: the app secret is wrong.\n  Compare or reset it',
    );
    expect(exitCode).toBe(1);
  });

  test.each<[string, string, Parameters<typeof account>[0], RegExp]>([
    ['a wrong secret that is called 40001', 'wechat', { token: failing(40001) }, /^40001: the app/],
    ['a wrong app id', 'wechat', { token: failing(40013) }, /^40013: the app id is wrong/],
    ['a frozen secret', 'wechat', { token: failing(40243) }, /^40243: .*frozen/],
    ['another code', 'wechat', { token: failing(40036, 'bad') }, /^WeChat answered 40036: bad$/],
    ['used up calls for tokens', 'wechat', { token: failing(45009) }, /^45009: today’s calls/],
    ['no server address', 'callback', { callback: failing(40201) }, /^40201: the account has no/],
    ['an address nobody finds', 'callback', { callback: {} }, /^WeChat does not find our address/],
    [
      'fields that changed',
      'notices',
      { templates: { template_list: TEMPLATES.map((one) => ({ ...one, content: '' })) } },
      /^templates whose fields changed: points-changed, order-shipped, points-expiring/,
    ],
  ])('tells %s', async (_what, name, answers, hint) => {
    account(answers);
    expect(await finding(name, [])).toEqual({ name, ok: false, hint: expect.stringMatching(hint) });
  });

  test('asks nothing else of a platform that cannot be reached', async () => {
    const platform = nock('https://api.weixin.qq.com');
    platform.post('/cgi-bin/stable_token').times(9).reply(502, '<html></html>');
    const { checks } = JSON.parse(await examined(['--json'])) as { checks: readonly Check[] };
    const names = checks.map(({ name }) => name);
    expect(names).not.toContain('quota');
    expect(names).toEqual(expect.arrayContaining(['wechat', 'mail', 'sms', 'clock']));
    expect(checks.find(({ name }) => name === 'wechat')?.hint).toBe(
      'the WeChat API cannot be reached (status 502): look at this machine’s network and firewall',
    );
  });

  test('names the notices that have no template', async () => {
    await withCore(terminalWith(), (core) =>
      settings.change(core.contextOf('test'), 'notices', { bindings: {} }),
    );
    account();
    expect((await finding('notices', []))?.hint).toMatch(/^no template for points-changed, order-/);
    await bind();
  });

  test('says why mail and text messages do not go out', async () => {
    const more = {
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'points@shop.example',
      SMS_GATEWAY_URL: 'https://sms.example.com/v1/messages',
      SMS_GATEWAY_KEY: 'jifenwu',
      SMS_GATEWAY_SECRET: '0123456789abcdef',
    };
    account();
    nock('https://sms.example.com').get('/v1/messages').reply(401, '{}');
    expect(await finding('sms', [], more)).toEqual({
      name: 'sms',
      ok: false,
      hint: 'the SMS gateway is not usable (status 401): look at the three of SMS_GATEWAY, and its log',
    });
    account();
    nock('https://sms.example.com').get('/v1/messages').reply(200, '{}');
    const mail = await finding('mail', [], more);
    expect(mail?.ok).toBe(false);
    expect(mail?.hint).toMatch(/^the mail server is not usable \(ESOCKET\)/);
  });

  test('says how to get a database when there is none', async () => {
    const nowhere = { MONGODB_URI: 'mongodb://127.0.0.1:1/x' };
    expect(await finding('mongodb', ['--lang', 'zh-CN'], nowhere)).toMatchObject({
      ok: false,
      hint: expect.stringMatching(
        /^连不上数据库（.*）。请检查 MONGODB_URI，或在本机安装 MongoDB。$/,
      ),
    });
  });
});
