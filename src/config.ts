import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  contradictions,
  type Given,
  isLocal,
  isThisMachine,
  NAMES,
  type Name,
  SECRETS,
  VARIABLE,
  type Values,
  WECHAT_API,
  WECHAT_OPEN,
} from './environment.ts';

/** The environment, or what stands for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the service was told, checked and complete. Rooms receive values of it, never the whole. */
export interface Config {
  /** demo: all of it on this machine; simulated: the pretend WeChat over a given database; live. */
  readonly mode: 'demo' | 'simulated' | 'live';
  /** An account whose API is not on this machine: what happens there is seen by real followers. */
  readonly realAccount: boolean;
  readonly port: number;
  readonly host: string;
  /** Whether others than this machine can reach the port. */
  readonly listensBeyondThisMachine: boolean;
  /** How followers reach the pages: an origin without a slash at its end. */
  readonly publicUrl: string;
  readonly mongodbUri: string | null;
  readonly redisUrl: string | null;
  readonly account: Account;
  readonly timeZone: string;
  /** Null: made at the first start, see platform/secrets.ts. */
  readonly sessionSecret: string | null;
  readonly dataKey: Buffer | null;
  readonly dataDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly metricsToken: string | null;
  /** Null: no mail is sent. */
  readonly mail: MailAccess | null;
  /** Null: no text message is sent. */
  readonly sms: SmsAccess | null;
  /** Addresses of proxies whose forwarding headers are believed. */
  readonly trustProxy: readonly string[];
  /** What is allowed but probably not meant, one sentence each. */
  readonly warnings: readonly string[];
}

/** The Official Account: a real one, or the pretend one of the simulator. */
export interface Account {
  readonly appId: string;
  readonly secret: string;
  readonly token: string;
  readonly aesKey: string | null;
  readonly previousAesKey: string | null;
  readonly messageMode: 'plain' | 'compatible' | 'safe';
  /** Both end in a slash and may have a path. */
  readonly apiBaseUrl: URL;
  readonly openBaseUrl: URL;
  /** How old a pushed message may be; 0 switches the check off. */
  readonly toleranceSeconds: number;
}

/** The server that takes our mail. */
export interface MailAccess {
  readonly host: string;
  readonly port: number;
  /** `start`: before a word is said. `upgrade`: by STARTTLS, or not at all. `none`: on this machine. */
  readonly tls: 'start' | 'upgrade' | 'none';
  readonly auth: { readonly user: string; readonly password: string } | null;
  readonly from: string;
}

/** The gateway that takes our text messages. */
export interface SmsAccess {
  readonly url: URL;
  readonly key: string;
  readonly secret: string;
}

/** Everything that is wrong with the configuration, a sentence each, without any secret's value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const PRETEND = { appId: 'wxsim0000000000000', secret: 'jifenwu-pretend', token: 'jifenwudemo' };

/** Reads the configuration. An empty variable counts as unset. @throws ConfigError with all problems */
export function readConfig(env: Environment): Config {
  const { given, problems } = gather(env);
  const read = VARIABLE.safeParse(given);
  for (const { path, message } of read.error?.issues ?? []) {
    const name = path[0] as Name;
    problems.push(`${name} ${message}${shown(name, given[name])}`);
  }
  problems.push(...contradictions(given));
  if (!read.success || problems.length > 0) throw new ConfigError(problems);
  return configOf(read.data);
}

/** What is set, secrets read from their files, and what is wrong with that alone. */
function gather(env: Environment): { given: Given; problems: string[] } {
  const given: { [Variable in Name]?: string } = {};
  const problems = unknownNames(env).map((name) => `${name} is not known: see .env.example`);
  for (const name of NAMES) {
    const file = SECRETS.has(name) ? env[`${name}_FILE`] : undefined;
    const { value, problem } = file ? fromFile(env, { name, file }) : { value: env[name] };
    if (value) given[name] = value;
    if (problem) problems.push(problem);
  }
  return { given, problems };
}

function fromFile(
  env: Environment,
  { name, file }: { readonly name: Name; readonly file: string },
): { value?: string | undefined; problem?: string } {
  const value = env[name] || textOf(file);
  if (env[name]) return { value, problem: `${name} and ${name}_FILE are both set: keep one` };
  return value ? { value } : { problem: `${name}_FILE: ${file} cannot be read or is empty` };
}

/** A name of the account that is misspelt would otherwise start a demo without a word. */
function unknownNames(env: Environment): readonly string[] {
  const known = new Set<string>(NAMES.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(env).filter((name) => name.startsWith('WECHAT_') && !known.has(name));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // An unreadable file is listed with the other problems, as an empty one is.
    return '';
  }
}

/** The value of what is no secret, so that the mistake is seen. */
function shown(name: Name, value: string | undefined): string {
  const secret = SECRETS.has(name) || value === undefined || value.includes('@');
  return secret ? '' : `, not ${JSON.stringify(value.slice(0, 80))}`;
}

function configOf(values: Values): Config {
  const live = values.WECHAT_APP_SECRET !== undefined;
  const publicUrl = new URL(values.PUBLIC_URL ?? `http://localhost:${values.PORT}`).origin;
  const account = accountOf(values, publicUrl);
  const realAccount = live && !isLocal(account.apiBaseUrl.href);
  return {
    mode: live ? 'live' : values.MONGODB_URI ? 'simulated' : 'demo',
    realAccount,
    port: values.PORT,
    host: values.HOST,
    listensBeyondThisMachine: !isThisMachine(values.HOST),
    publicUrl,
    mongodbUri: values.MONGODB_URI ?? null,
    redisUrl: values.REDIS_URL ?? null,
    account,
    timeZone: values.TIMEZONE,
    sessionSecret: values.SESSION_SECRET ?? null,
    dataKey: values.DATA_KEY ?? null,
    dataDir: values.DATA_DIR,
    logLevel: values.LOG_LEVEL,
    metricsToken: values.METRICS_TOKEN ?? null,
    mail: mailOf(values),
    sms: smsOf(values),
    trustProxy: values.TRUST_PROXY,
    warnings: realAccount ? warningsOf(values) : [],
  };
}

function accountOf(values: Values, publicUrl: string): Account {
  const key = values.WECHAT_ENCODING_AES_KEY ?? null;
  const { api, open } = values.WECHAT_APP_SECRET
    ? { api: WECHAT_API, open: WECHAT_OPEN }
    : simulatorOf(values, publicUrl);
  return {
    appId: values.WECHAT_APP_ID ?? PRETEND.appId,
    secret: values.WECHAT_APP_SECRET ?? PRETEND.secret,
    token: values.WECHAT_TOKEN ?? PRETEND.token,
    aesKey: key,
    previousAesKey: values.WECHAT_ENCODING_AES_KEY_PREVIOUS ?? null,
    messageMode: values.WECHAT_MESSAGE_MODE ?? (key ? 'safe' : 'plain'),
    apiBaseUrl: new URL(values.WECHAT_API_BASE_URL ?? api),
    openBaseUrl: new URL(values.WECHAT_OPEN_BASE_URL ?? open),
    toleranceSeconds: values.WECHAT_TIMESTAMP_TOLERANCE_SECONDS,
  };
}

/** The simulator is mounted on this very service; OAuth is opened by the follower's browser. */
function simulatorOf({ HOST, PORT }: Values, publicUrl: string): { api: string; open: string } {
  const host = /^(0\.0\.0\.0|::|localhost)$/.test(HOST) ? '127.0.0.1' : HOST;
  const api = `http://${isIP(host) === 6 ? `[${host}]` : host}:${PORT}/simulator/weixin/`;
  return { api, open: `${publicUrl}/simulator/weixin/` };
}

const SMTP_PORTS = { start: 465, upgrade: 587, none: 25 };

function mailOf({ SMTP_URL, MAIL_FROM: from }: Values): MailAccess | null {
  if (!SMTP_URL || !from) return null;
  const { protocol, hostname, port, username, password } = new URL(SMTP_URL);
  const host = decodeURIComponent(hostname).replace(/^\[|\]$/g, '');
  const tls = protocol === 'smtps:' ? 'start' : isThisMachine(host) ? 'none' : 'upgrade';
  const auth =
    username === ''
      ? null
      : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { host, port: Number(port) || SMTP_PORTS[tls], tls, auth, from };
}

function smsOf(values: Values): SmsAccess | null {
  const { SMS_GATEWAY_URL: url, SMS_GATEWAY_KEY: key, SMS_GATEWAY_SECRET: secret } = values;
  return url && key && secret ? { url: new URL(url), key, secret } : null;
}

function warningsOf({ PUBLIC_URL, WECHAT_TIMESTAMP_TOLERANCE_SECONDS }: Values): readonly string[] {
  const warnings: string[] = [];
  if (!PUBLIC_URL) warnings.push('PUBLIC_URL is not set: followers cannot open the pages');
  else if (!PUBLIC_URL.startsWith('https:')) warnings.push('PUBLIC_URL is not https');
  if (WECHAT_TIMESTAMP_TOLERANCE_SECONDS === 0)
    warnings.push('WECHAT_TIMESTAMP_TOLERANCE_SECONDS is 0: recorded messages can be replayed');
  return warnings;
}

/** The effective configuration without secrets, by the names of the environment. */
export function describeConfig(
  config: Config,
): Readonly<Record<string, string | number | boolean>> {
  const { account } = config;
  const made = 'made at the first start';
  return {
    mode: config.mode,
    realAccount: config.realAccount,
    PORT: config.port,
    HOST: config.host,
    PUBLIC_URL: config.publicUrl,
    MONGODB_URI: config.mongodbUri ? withoutSecrets(config.mongodbUri) : 'a local database',
    REDIS_URL: config.redisUrl ? withoutSecrets(config.redisUrl) : 'none: in this process',
    WECHAT_APP_ID: account.appId,
    WECHAT_APP_SECRET: 'set',
    WECHAT_TOKEN: 'set',
    WECHAT_ENCODING_AES_KEY: account.aesKey ? 'set' : 'not set',
    WECHAT_ENCODING_AES_KEY_PREVIOUS: account.previousAesKey ? 'set' : 'not set',
    WECHAT_MESSAGE_MODE: account.messageMode,
    WECHAT_API_BASE_URL: account.apiBaseUrl.href,
    WECHAT_OPEN_BASE_URL: account.openBaseUrl.href,
    WECHAT_TIMESTAMP_TOLERANCE_SECONDS: account.toleranceSeconds,
    TIMEZONE: config.timeZone,
    SESSION_SECRET: config.sessionSecret ? 'set' : made,
    DATA_KEY: config.dataKey ? 'set' : made,
    DATA_DIR: config.dataDir,
    LOG_LEVEL: config.logLevel,
    METRICS_TOKEN: config.metricsToken ? 'set' : 'not set',
    ...describeWays(config),
    TRUST_PROXY: config.trustProxy.join(', ') || 'none',
  };
}

function describeWays({ mail, sms }: Config): Readonly<Record<string, string>> {
  return {
    SMTP_URL: mail ? `${mail.host}:${mail.port}` : 'not set',
    MAIL_FROM: mail?.from ?? 'not set',
    SMS_GATEWAY_URL: sms?.url.href ?? 'not set',
    SMS_GATEWAY_KEY: sms ? 'set' : 'not set',
    SMS_GATEWAY_SECRET: sms ? 'set' : 'not set',
  };
}

/** Where a server is, without who signs in there: options may hold secrets too. */
function withoutSecrets(address: string): string {
  return address.replace(/\?.*$/s, '').replace(/\/\/.*@/s, '//***@');
}
