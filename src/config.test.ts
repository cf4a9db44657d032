import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, describeConfig, type Environment, readConfig } from './config.ts';
import { VARIABLES } from './environment.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const MONGODB_URI = 'mongodb://ann:geheim-1@db.example.com/points?authSource=admin';
const ACCOUNT = {
  WECHAT_APP_ID: 'wx49f0ab532d5d035a',
  WECHAT_APP_SECRET: 'geheim-0123456789abcdef',
  WECHAT_TOKEN: 'geheimtoken',
};
const LIVE = { ...ACCOUNT, WECHAT_ENCODING_AES_KEY: KEY, MONGODB_URI };
const MAIL = { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'points@shop.example' };
const GATEWAY = {
  SMS_GATEWAY_URL: 'https://sms.example.com/v1/messages',
  SMS_GATEWAY_KEY: 'geheim-key',
  SMS_GATEWAY_SECRET: 'geheim-0123456789',
};
const LOCAL_API = 'http://127.0.0.1:9000/simulator/weixin/';
const DATA_KEY = Buffer.alloc(32, 7).toString('base64');

const folder = mkdtempSync(join(tmpdir(), 'jifenwu-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('nothing set is the demo with the pretend account on this machine', () => {
  expect(readConfig({})).toMatchObject({
    mode: 'demo',
    realAccount: false,
    port: 3000,
    host: '127.0.0.1',
    listensBeyondThisMachine: false,
    publicUrl: 'http://localhost:3000',
    mongodbUri: null,
    redisUrl: null,
    account: {
      appId: 'wxsim0000000000000',
      token: 'jifenwudemo',
      aesKey: null,
      messageMode: 'plain',
      apiBaseUrl: new URL('http://127.0.0.1:3000/simulator/weixin/'),
      openBaseUrl: new URL('http://localhost:3000/simulator/weixin/'),
      toleranceSeconds: 300,
    },
    timeZone: 'Asia/Shanghai',
    sessionSecret: null,
    dataKey: null,
    dataDir: './.data',
    logLevel: 'info',
    metricsToken: null,
    mail: null,
    sms: null,
    trustProxy: [],
    warnings: [],
  });
});

test.each<[string, Environment, object]>([
  ['an empty variable counts as unset', { PORT: '', MONGODB_URI: '' }, { mode: 'demo' }],
  ['a database alone', { MONGODB_URI }, { mode: 'simulated', realAccount: false }],
  ['a token alone', { WECHAT_TOKEN: 'abc' }, { mode: 'demo', account: { token: 'abc' } }],
  [
    'an app id and a database without a secret',
    { WECHAT_APP_ID: 'wx49f0ab532d5d035a', MONGODB_URI },
    { mode: 'simulated', account: { appId: 'wx49f0ab532d5d035a' } },
  ],
  [
    'a message key makes the pretend account safe',
    { WECHAT_ENCODING_AES_KEY: KEY },
    { mode: 'demo', account: { aesKey: KEY, messageMode: 'safe' } },
  ],
  [
    'a real account',
    LIVE,
    {
      mode: 'live',
      realAccount: true,
      account: {
        secret: 'geheim-0123456789abcdef',
        messageMode: 'safe',
        apiBaseUrl: new URL('https://api.weixin.qq.com/'),
        openBaseUrl: new URL('https://open.weixin.qq.com/'),
      },
    },
  ],
  [
    'a real account in plain mode needs no message key',
    { ...ACCOUNT, MONGODB_URI },
    { mode: 'live', account: { messageMode: 'plain' } },
  ],
  [
    'a whole account whose API is on this machine needs no database and is not real',
    { ...ACCOUNT, WECHAT_API_BASE_URL: LOCAL_API },
    { mode: 'live', realAccount: false, mongodbUri: null, warnings: [] },
  ],
  [
    'a port moves the pretend platform and the pages along',
    { PORT: '8080', HOST: '0.0.0.0' },
    {
      publicUrl: 'http://localhost:8080',
      listensBeyondThisMachine: true,
      account: { apiBaseUrl: new URL('http://127.0.0.1:8080/simulator/weixin/') },
    },
  ],
  [
    'an IPv6 address is written in brackets',
    { HOST: 'fd00::1' },
    { account: { apiBaseUrl: new URL('http://[fd00::1]:3000/simulator/weixin/') } },
  ],
  ['its own IPv6 address', { HOST: '::1' }, { listensBeyondThisMachine: false }],
  [
    'pages lie under the public address',
    { PUBLIC_URL: 'https://points.example.com/' },
    {
      publicUrl: 'https://points.example.com',
      account: { openBaseUrl: new URL('https://points.example.com/simulator/weixin/') },
    },
  ],
  [
    'proxies',
    { TRUST_PROXY: 'loopback, 10.0.0.0/8,fd00::1' },
    { trustProxy: ['loopback', '10.0.0.0/8', 'fd00::1'] },
  ],
  ['a data key', { DATA_KEY }, { dataKey: Buffer.alloc(32, 7) }],
  [
    'a mail server that encrypts from the start, with a password that is written in percents',
    { SMTP_URL: 'smtps://ann%40shop:p%2Fw@mail.example.com', MAIL_FROM: 'points@shop.example' },
    {
      mail: {
        host: 'mail.example.com',
        port: 465,
        tls: 'start',
        auth: { user: 'ann@shop', password: 'p/w' },
        from: 'points@shop.example',
      },
    },
  ],
  [
    'a mail server that encrypts after the greeting',
    { SMTP_URL: 'smtp://mail.example.com:2525/', MAIL_FROM: 'a@b.cn' },
    { mail: { host: 'mail.example.com', port: 2525, tls: 'upgrade', auth: null } },
  ],
  [
    'a mail server of this machine',
    { SMTP_URL: 'smtp://[::1]', MAIL_FROM: 'a@b.cn' },
    { mail: { host: '::1', port: 25, tls: 'none' } },
  ],
  [
    'a gateway for text messages',
    { ...GATEWAY },
    {
      sms: {
        url: new URL('https://sms.example.com/v1/messages'),
        key: 'geheim-key',
        secret: 'geheim-0123456789',
      },
    },
  ],
  ['the age check off', { WECHAT_TIMESTAMP_TOLERANCE_SECONDS: '0' }, { mode: 'demo' }],
])('%s', (_name, env, expected) => {
  expect(readConfig(env)).toMatchObject(expected);
});

const wrong: [Environment, string][] = [
  [{ PORT: '0' }, 'PORT must be a whole number from 1 to 65535, not "0"'],
  [{ PORT: '70000' }, 'PORT must be a whole number from 1 to 65535, not "70000"'],
  [{ PORT: '30oo' }, 'PORT must be a whole number from 1 to 65535, not "30oo"'],
  [{ HOST: 'http://x' }, 'HOST must be a host name or an IP address, not "http://x"'],
  [
    { PUBLIC_URL: 'https://x.example/shop' },
    'PUBLIC_URL must be an http or https address without a path, not "https://x.example/shop"',
  ],
  [
    { PUBLIC_URL: 'https://ann:geheim-2@x.example' },
    'PUBLIC_URL must be an http or https address without a path',
  ],
  [
    { MONGODB_URI: 'postgres://ann:geheim-3@db' },
    'MONGODB_URI must be a mongodb:// or mongodb+srv:// address',
  ],
  [{ REDIS_URL: 'http://geheim-4' }, 'REDIS_URL must be a redis:// or rediss:// address'],
  [{ WECHAT_APP_ID: 'wx 1' }, 'WECHAT_APP_ID must be 4 to 64 letters and digits, not "wx 1"'],
  [{ WECHAT_TOKEN: 'geheim-5' }, 'WECHAT_TOKEN must be 3 to 32 letters and digits'],
  [{ WECHAT_ENCODING_AES_KEY: 'geheim6' }, 'WECHAT_ENCODING_AES_KEY must be 43 letters and digits'],
  [
    { WECHAT_MESSAGE_MODE: 'secure' },
    'WECHAT_MESSAGE_MODE must be plain, compatible or safe, not "secure"',
  ],
  [
    { WECHAT_API_BASE_URL: 'https://api.example.com/wx' },
    'WECHAT_API_BASE_URL must be an http or https address that ends in / and has no user or query, not "https://api.example.com/wx"',
  ],
  [
    { WECHAT_OPEN_BASE_URL: 'ftp://open.example.com/' },
    'WECHAT_OPEN_BASE_URL must be an http or https address that ends in / and has no user or query, not "ftp://open.example.com/"',
  ],
  [
    { WECHAT_TIMESTAMP_TOLERANCE_SECONDS: '-1' },
    'WECHAT_TIMESTAMP_TOLERANCE_SECONDS must be a whole number from 0 to 86400, not "-1"',
  ],
  [
    { TIMEZONE: 'Asia/Atlantis' },
    'TIMEZONE must be a time zone like Asia/Shanghai, not "Asia/Atlantis"',
  ],
  [{ SESSION_SECRET: 'geheim-7' }, 'SESSION_SECRET must be at least 32 characters'],
  [{ DATA_KEY: 'geheim-8' }, 'DATA_KEY must be 32 bytes in base64'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be debug, info, warn or error, not "loud"'],
  [{ METRICS_TOKEN: 'geheim 9' }, 'METRICS_TOKEN must be 1 to 200 characters without spaces'],
  [
    { ...MAIL, SMTP_URL: 'http://geheim-10' },
    'SMTP_URL must be smtp://user:password@host:port or smtps://…, without a path',
  ],
  [
    { ...MAIL, SMTP_URL: 'smtp://ann:geheim-11@x/y?tls=no' },
    'SMTP_URL must be smtp://user:password@host:port or smtps://…, without a path',
  ],
  [
    { ...MAIL, SMTP_URL: 'smtp://geheim-12@x' },
    'SMTP_URL must be smtp://user:password@host:port or smtps://…, without a path',
  ],
  [
    { ...MAIL, SMTP_URL: 'smtp://ann:geheim%@x' },
    'SMTP_URL must be smtp://user:password@host:port or smtps://…, without a path',
  ],
  [{ ...MAIL, MAIL_FROM: 'Shop <a@b.cn>' }, 'MAIL_FROM must be a mail address'],
  [
    { ...GATEWAY, SMS_GATEWAY_URL: 'http://sms.example.com/' },
    'SMS_GATEWAY_URL must be an https address without a user and query, or one on this machine, not "http://sms.example.com/"',
  ],
  [
    { ...GATEWAY, SMS_GATEWAY_KEY: 'geheim 13' },
    'SMS_GATEWAY_KEY must be 1 to 64 letters and digits',
  ],
  [
    { ...GATEWAY, SMS_GATEWAY_SECRET: 'geheim-14' },
    'SMS_GATEWAY_SECRET must be 16 to 200 characters without spaces',
  ],
  [
    { TRUST_PROXY: 'everyone' },
    'TRUST_PROXY must be addresses or networks with commas between, not "everyone"',
  ],
  [{ WECHAT_APPID: 'wx1' }, 'WECHAT_APPID is not known: see .env.example'],
];

test.each(wrong)('%o is one problem in plain words', (env, problem) => {
  expect(problemsOf(env)).toEqual([problem]);
});

test('all mistakes are told at once, and no secret is among the words', () => {
  const env = Object.assign({}, ...wrong.map(([one]) => one));
  const problems = problemsOf(env);
  expect(problems.length).toBe(new Set(wrong.map(([one]) => Object.keys(one)[0])).size);
  expect(problems.join('\n')).not.toMatch(/geheim/);
});

test.each<[Environment, readonly string[]]>([
  [
    { WECHAT_APP_SECRET: 'geheim-0123' },
    [
      'WECHAT_APP_ID is missing: WECHAT_APP_SECRET needs it',
      'WECHAT_TOKEN is missing: WECHAT_APP_SECRET needs it',
      'MONGODB_URI is missing: a real account needs a database of its own',
    ],
  ],
  [ACCOUNT, ['MONGODB_URI is missing: a real account needs a database of its own']],
  [
    { ...ACCOUNT, WECHAT_API_BASE_URL: 'https://proxy.example.com/wx/' },
    ['MONGODB_URI is missing: a real account needs a database of its own'],
  ],
  [
    { ...ACCOUNT, MONGODB_URI, WECHAT_MESSAGE_MODE: 'safe' },
    ['WECHAT_ENCODING_AES_KEY is missing: WECHAT_MESSAGE_MODE needs it unless it is plain'],
  ],
  [
    { WECHAT_MESSAGE_MODE: 'compatible' },
    ['WECHAT_ENCODING_AES_KEY is missing: WECHAT_MESSAGE_MODE needs it unless it is plain'],
  ],
  [
    { WECHAT_ENCODING_AES_KEY_PREVIOUS: KEY },
    ['WECHAT_ENCODING_AES_KEY is missing: only the previous key is set'],
  ],
  [{ SMTP_URL: MAIL.SMTP_URL }, ['MAIL_FROM is missing: SMTP_URL needs it']],
  [{ MAIL_FROM: MAIL.MAIL_FROM }, ['SMTP_URL is missing: MAIL_FROM needs it']],
  [
    { SMS_GATEWAY_KEY: GATEWAY.SMS_GATEWAY_KEY },
    [
      'SMS_GATEWAY_URL is missing: the three of SMS_GATEWAY go together',
      'SMS_GATEWAY_SECRET is missing: the three of SMS_GATEWAY go together',
    ],
  ],
])('%o does not go together', (env, problems) => {
  expect(problemsOf(env)).toEqual(problems);
});

test('mistakes of form and of combination are told together', () => {
  expect(
    problemsOf({ PORT: 'x', WECHAT_APP_ID: 'wx12345', WECHAT_APP_SECRET: 'geheim-1' }),
  ).toEqual([
    'PORT must be a whole number from 1 to 65535, not "x"',
    'WECHAT_TOKEN is missing: WECHAT_APP_SECRET needs it',
    'MONGODB_URI is missing: a real account needs a database of its own',
  ]);
});

test('every secret may be given as a file, with or without a last newline', () => {
  const env: Record<string, string> = {
    WECHAT_APP_ID: ACCOUNT.WECHAT_APP_ID,
    MAIL_FROM: MAIL.MAIL_FROM,
    SMS_GATEWAY_URL: GATEWAY.SMS_GATEWAY_URL,
  };
  const values = {
    ...LIVE,
    WECHAT_ENCODING_AES_KEY_PREVIOUS: KEY,
    REDIS_URL: 'redis://cache',
    SESSION_SECRET: 's'.repeat(32),
    DATA_KEY,
    METRICS_TOKEN: 'metrics',
    SMTP_URL: MAIL.SMTP_URL,
    SMS_GATEWAY_KEY: GATEWAY.SMS_GATEWAY_KEY,
    SMS_GATEWAY_SECRET: GATEWAY.SMS_GATEWAY_SECRET,
  };
  for (const { name, secret } of VARIABLES) {
    if (!secret) continue;
    env[`${name}_FILE`] = join(folder, name);
    writeFileSync(join(folder, name), `${values[name as keyof typeof values]}\n`);
  }
  const { mode, account, dataKey, ...rest } = readConfig(env);
  expect(mode).toBe('live');
  expect(account).toMatchObject({ secret: LIVE.WECHAT_APP_SECRET, token: 'geheimtoken' });
  expect(account).toMatchObject({ aesKey: KEY, previousAesKey: KEY });
  expect(dataKey).toEqual(Buffer.alloc(32, 7));
  expect(rest).toMatchObject({
    mongodbUri: MONGODB_URI,
    redisUrl: 'redis://cache',
    sessionSecret: 's'.repeat(32),
    metricsToken: 'metrics',
    mail: { host: 'mail.example.com' },
    sms: { key: GATEWAY.SMS_GATEWAY_KEY, secret: GATEWAY.SMS_GATEWAY_SECRET },
  });
});

test('a file that is not there, is empty, or stands beside its value is a problem', () => {
  writeFileSync(join(folder, 'empty'), '\n');
  expect(
    problemsOf({
      METRICS_TOKEN_FILE: join(folder, 'empty'),
      SESSION_SECRET_FILE: join(folder, 'none'),
      WECHAT_TOKEN: 'geheim1',
      WECHAT_TOKEN_FILE: join(folder, 'empty'),
    }),
  ).toEqual([
    'WECHAT_TOKEN and WECHAT_TOKEN_FILE are both set: keep one',
    `SESSION_SECRET_FILE: ${join(folder, 'none')} cannot be read or is empty`,
    `METRICS_TOKEN_FILE: ${join(folder, 'empty')} cannot be read or is empty`,
  ]);
});

test('a real account is warned about what followers would notice', () => {
  expect(readConfig(LIVE).warnings).toEqual([
    'PUBLIC_URL is not set: followers cannot open the pages',
  ]);
  expect(
    readConfig({
      ...LIVE,
      PUBLIC_URL: 'http://points.example.com',
      WECHAT_TIMESTAMP_TOLERANCE_SECONDS: '0',
    }).warnings,
  ).toEqual([
    'PUBLIC_URL is not https',
    'WECHAT_TIMESTAMP_TOLERANCE_SECONDS is 0: recorded messages can be replayed',
  ]);
});

test('the description names every variable and no secret', () => {
  const described = describeConfig(
    readConfig({
      ...LIVE,
      REDIS_URL: 'rediss://:geheim@cache.example.com:6380/1',
      SESSION_SECRET: `geheim${'x'.repeat(32)}`,
      METRICS_TOKEN: 'geheim',
      SMTP_URL: 'smtps://ann:geheim@mail.example.com',
      MAIL_FROM: 'points@shop.example',
      ...GATEWAY,
      DATA_KEY,
    }),
  );
  expect(Object.keys(described)).toEqual(expect.arrayContaining(VARIABLES.map(({ name }) => name)));
  const text = JSON.stringify(described);
  expect(text).not.toMatch(/geheim/);
  expect(text).not.toContain(KEY);
  expect(text).not.toContain(DATA_KEY);
  expect(described).toMatchObject({
    mode: 'live',
    MONGODB_URI: 'mongodb://***@db.example.com/points',
    REDIS_URL: 'rediss://***@cache.example.com:6380/1',
    SMTP_URL: 'mail.example.com:465',
    SMS_GATEWAY_URL: 'https://sms.example.com/v1/messages',
  });
});
