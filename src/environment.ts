import { isIP } from 'node:net';
import { z } from 'zod';

/** Where the platform's own API and OAuth are. */
export const WECHAT_API = 'https://api.weixin.qq.com/';
export const WECHAT_OPEN = 'https://open.weixin.qq.com/';

/** One address as it stands on an envelope. */
const MAIL_ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
const SMS = ['SMS_GATEWAY_URL', 'SMS_GATEWAY_KEY', 'SMS_GATEWAY_SECRET'] as const;

const form = (pattern: RegExp, means: string) => z.string().regex(pattern, `must be ${means}`);
const aesKey = () => form(/^[A-Za-z0-9+/]{43}$/, '43 letters and digits');
const wholeNumber = (min: number, max: number) =>
  form(/^\d{1,9}$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`);
const baseUrl = () =>
  z
    .string()
    .refine(isBaseUrl, 'must be an http or https address that ends in / and has no user or query');

/** Every variable: its form, its default, and one line of meaning. */
export const VARIABLE = z.object({
  PORT: wholeNumber(1, 65_535).default(3000).describe('the port to listen on'),
  HOST: form(/^[\w.:-]+$/, 'a host name or an IP address')
    .default('127.0.0.1')
    .describe('the address to listen on; containers set 0.0.0.0'),
  PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'must be an http or https address without a path')
    .optional()
    .describe('how followers reach the pages; https on a filed domain for the real service'),
  MONGODB_URI: form(/^mongodb(\+srv)?:\/\/[^/?]+/, 'a mongodb:// or mongodb+srv:// address')
    .optional()
    .describe('the database; unset: a local one, for demo and tests only'),
  REDIS_URL: form(/^rediss?:\/\/.+/, 'a redis:// or rediss:// address')
    .optional()
    .describe('what instances share; needed as soon as there are two'),
  WECHAT_APP_ID: form(/^[\w-]{4,64}$/, '4 to 64 letters and digits')
    .optional()
    .describe('the app id of the account'),
  WECHAT_APP_SECRET: form(/^\S{8,128}$/, '8 to 128 characters without spaces')
    .optional()
    .describe('the app secret of the account'),
  WECHAT_TOKEN: form(/^[A-Za-z0-9]{3,32}$/, '3 to 32 letters and digits')
    .optional()
    .describe('the token of the account’s server settings'),
  WECHAT_ENCODING_AES_KEY: aesKey()
    .optional()
    .describe('the message key of the account’s server settings'),
  WECHAT_ENCODING_AES_KEY_PREVIOUS: aesKey()
    .optional()
    .describe('the former message key, while it is being replaced'),
  WECHAT_MESSAGE_MODE: z
    .enum(['plain', 'compatible', 'safe'], 'must be plain, compatible or safe')
    .optional()
    .describe('plain, compatible or safe; unset: safe with a message key, else plain'),
  WECHAT_API_BASE_URL: baseUrl().optional().describe('where API calls go'),
  WECHAT_OPEN_BASE_URL: baseUrl().optional().describe('where OAuth goes'),
  WECHAT_TIMESTAMP_TOLERANCE_SECONDS: wholeNumber(0, 86_400)
    .default(300)
    .describe('how old a pushed message may be; 0 switches the check off'),
  TIMEZONE: z
    .string()
    .refine(isTimeZone, 'must be a time zone like Asia/Shanghai')
    .default('Asia/Shanghai')
    .describe('the zone of business days, schedules and quiet hours'),
  SESSION_SECRET: form(/^.{32,}$/, 'at least 32 characters')
    .optional()
    .describe('signs links and sessions; unset: made at the first start'),
  DATA_KEY: z
    .string()
    .refine(isDataKey, 'must be 32 bytes in base64')
    .transform((text) => Buffer.from(text, 'base64'))
    .optional()
    .describe('encrypts what is personal; unset: made at the first start; back it up'),
  DATA_DIR: z.string().default('./.data').describe('local database, uploads, backups'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')
    .default('info')
    .describe('debug, info, warn or error'),
  METRICS_TOKEN: form(/^[\x21-\x7e]{1,200}$/, '1 to 200 characters without spaces')
    .optional()
    .describe('lets others than this machine read /metrics'),
  SMTP_URL: z
    .string()
    .refine(isSmtpUrl, 'must be smtp://user:password@host:port or smtps://…, without a path')
    .optional()
    .describe(
      'the mail server; smtps encrypts from the start, smtp as soon as the server is greeted',
    ),
  MAIL_FROM: form(MAIL_ADDRESS, 'a mail address')
    .optional()
    .describe('whose mail it is; needed with SMTP_URL'),
  SMS_GATEWAY_URL: z
    .string()
    .refine(
      isGatewayUrl,
      'must be an https address without a user and query, or one on this machine',
    )
    .optional()
    .describe(
      'where text messages are posted, see docs/decisions/0020-an-sms-gateway-of-our-own.md',
    ),
  SMS_GATEWAY_KEY: form(/^[\w.-]{1,64}$/, '1 to 64 letters and digits')
    .optional()
    .describe('who we are to the SMS gateway'),
  SMS_GATEWAY_SECRET: form(/^[\x21-\x7e]{16,200}$/, '16 to 200 characters without spaces')
    .optional()
    .describe('signs what is sent to the SMS gateway'),
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isProxy), 'must be addresses or networks with commas between')
    .default([])
    .describe('addresses of the proxies in front, with commas between'),
});

export type Name = keyof typeof VARIABLE.shape;
export type Values = z.output<typeof VARIABLE>;
/** What is set, as text. */
export type Given = { readonly [Variable in Name]?: string };

export const NAMES = Object.keys(VARIABLE.shape) as readonly Name[];
export const SECRETS: ReadonlySet<string> = new Set<Name>([
  'MONGODB_URI',
  'REDIS_URL',
  'WECHAT_APP_SECRET',
  'WECHAT_TOKEN',
  'WECHAT_ENCODING_AES_KEY',
  'WECHAT_ENCODING_AES_KEY_PREVIOUS',
  'SESSION_SECRET',
  'DATA_KEY',
  'METRICS_TOKEN',
  'SMTP_URL',
  'SMS_GATEWAY_KEY',
  'SMS_GATEWAY_SECRET',
]);

/** Every variable with its meaning; a secret may also be given as a file, by `<name>_FILE`. */
export const VARIABLES = NAMES.map((name) => ({
  name,
  secret: SECRETS.has(name),
  meaning: VARIABLE.shape[name].description ?? '',
}));

/** What each variable may say, but not beside the others: a sentence each. */
export function contradictions(given: Given): readonly string[] {
  const has = (name: Name) => given[name] !== undefined;
  const encrypts = /^(compatible|safe)$/.test(given.WECHAT_MESSAGE_MODE ?? '');
  const key = has('WECHAT_ENCODING_AES_KEY');
  const secret = has('WECHAT_APP_SECRET');
  const elsewhere = !isLocal(given.WECHAT_API_BASE_URL ?? WECHAT_API);
  const rules: readonly [broken: boolean, problem: string][] = [
    [secret && !has('WECHAT_APP_ID'), 'WECHAT_APP_ID is missing: WECHAT_APP_SECRET needs it'],
    [secret && !has('WECHAT_TOKEN'), 'WECHAT_TOKEN is missing: WECHAT_APP_SECRET needs it'],
    [
      secret && elsewhere && !has('MONGODB_URI'),
      'MONGODB_URI is missing: a real account needs a database of its own',
    ],
    [
      encrypts && !key,
      'WECHAT_ENCODING_AES_KEY is missing: WECHAT_MESSAGE_MODE needs it unless it is plain',
    ],
    [
      has('WECHAT_ENCODING_AES_KEY_PREVIOUS') && !key,
      'WECHAT_ENCODING_AES_KEY is missing: only the previous key is set',
    ],
    [has('SMTP_URL') && !has('MAIL_FROM'), 'MAIL_FROM is missing: SMTP_URL needs it'],
    [has('MAIL_FROM') && !has('SMTP_URL'), 'SMTP_URL is missing: MAIL_FROM needs it'],
    ...SMS.map((name): [boolean, string] => [
      SMS.some(has) && !has(name),
      `${name} is missing: the three of SMS_GATEWAY go together`,
    ]),
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

/** Whether an address points at this machine. */
export function isLocal(address: string): boolean {
  return URL.canParse(address) && isThisMachine(new URL(address).hostname);
}

/** Whether a host name or address is this machine's own. */
export function isThisMachine(host: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);
}

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, href, origin } = new URL(text);
  return /^https?:$/.test(protocol) && pathname.endsWith('/') && href === origin + pathname;
}

function isOrigin(text: string): boolean {
  return isBaseUrl(text) && new URL(text).pathname === '/';
}

function isSmtpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  const isAlone = /^\/?$/.test(pathname) && search === '' && hash === '';
  const signsIn = (username === '') === (password === '');
  return /^smtps?:$/.test(protocol) && hostname !== '' && isAlone && signsIn && isEncoded(text);
}

/** Whether user and password can be read: a percent sign of a password is written %25. */
function isEncoded(text: string): boolean {
  const { username, password } = new URL(text);
  try {
    return decodeURIComponent(username + password) !== null;
  } catch {
    return false;
  }
}

/** What is sent there is personal: another machine is told it over TLS only. */
function isGatewayUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, href, origin, pathname } = new URL(text);
  const isPlain = protocol === 'http:' && isLocal(text);
  return (protocol === 'https:' || isPlain) && href === origin + pathname;
}

function isTimeZone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

function isDataKey(text: string): boolean {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) && Buffer.from(text, 'base64').length === 32;
}

function isProxy(part: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(part)) return true;
  const [address = '', bits, ...rest] = part.split('/');
  const fits = bits === undefined || /^\d{1,3}$/.test(bits);
  return isIP(address) > 0 && fits && rest.length === 0;
}
