import { join } from 'node:path';
import * as bot from './bot/index.ts';
import type { Config } from './config.ts';
import { consumers, couriers } from './jobs/index.ts';
import { useTimeZone } from './kernel/business-day.ts';
import { type Clock, type Context, contextAt, type Log } from './kernel/context.ts';
import * as ledger from './loyalty/ledger/index.ts';
import * as rules from './loyalty/rules/index.ts';
import * as notify from './notify/index.ts';
import { useDataKey } from './platform/data-key.ts';
import type { KeyValue } from './platform/key-value.ts';
import { findLocalDatabase, startLocalDatabase } from './platform/local-database.ts';
import { localKeyValue } from './platform/local-key-value.ts';
import { buildIndexes, connectMongo } from './platform/mongo.ts';
import { redisKeyValue } from './platform/redis-key-value.ts';
import { readSecrets } from './platform/secrets.ts';
import { signToken } from './platform/signed-token.ts';
import * as wechat from './wechat/index.ts';
import * as wording from './wording/index.ts';

const ADDRESS_LINK_MS = 30 * 60_000;

/** What the service and the commands are both made of. */
export interface Core {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyValue: KeyValue;
  readonly catalogue: wording.Catalogue;
  readonly api: wechat.WechatApi;
  readonly sender: notify.NoticeSender;
  /** Null where no server, no gateway is configured. */
  readonly mail: notify.Mail | null;
  readonly sms: notify.Sms | null;
  readonly links: bot.Links;
  readonly sessionSecret: string;
  /** Which database it is: a given one, or one of the local ways. */
  readonly database: { readonly kind: string; readonly uri: string };
  /** The context of one unit of work that nobody asked for. */
  readonly contextOf: (cause: string) => Context;
  /** Finishes what is under way and lets go of everything, last opened first. */
  readonly close: () => Promise<void>;
}

export interface CoreOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** A service holds its data folder; a command joins whoever holds it. */
  readonly as: 'service' | 'command';
  /** Where programs are looked for, for a local database. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens the database, the shared store and the ledger, in this order.
 * @throws DatabaseHeld, NoLocalDatabase, or the driver's error when the database does not answer
 */
export async function openCore(
  config: Config,
  { clock, log, as, env }: CoreOptions,
): Promise<Core> {
  useTimeZone(config.timeZone);
  const secrets = readSecrets(config.dataDir, config);
  useDataKey(secrets.dataKey);
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const database = await openDatabase(config, { log, as, env });
    closing.push(database.stop);
    const connection = await connectMongo(database);
    closing.push(connection.close);
    const keyValue = openKeyValue(config, { clock, log, as });
    closing.push(() => keyValue.close());
    ledger.open({ couriers, consumers, standalone: connection.standalone, clock, log });
    closing.push(ledger.close);
    const contextOf = (cause: string) =>
      contextAt({ now: clock(), actor: { type: 'system', id: as }, cause, log });
    await buildIndexes();
    await rules.ensureRulesets(contextOf('start'));
    const catalogue = wording.loadCatalogue();
    const api = openApi(config, { clock, keyValue });
    const outside = outsideOf(config, clock);
    closing.push(async () => outside.mail?.close());
    return {
      config,
      clock,
      log,
      keyValue,
      catalogue,
      api,
      sender: senderOf(config, { api, catalogue, keyValue, ...outside }),
      ...outside,
      links: linksOf(config, secrets.sessionSecret),
      sessionSecret: secrets.sessionSecret,
      database,
      contextOf,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDatabase(config: Config, { log, as, env }: Omit<CoreOptions, 'clock'>) {
  const given = config.mongodbUri;
  if (given !== null) return { uri: given, kind: 'given', stop: async () => {} };
  const { dataDir } = config;
  const running = as === 'command' ? await findLocalDatabase(dataDir) : null;
  if (running) return { ...running, stop: async () => {} };
  return startLocalDatabase({ dataDir, keep: true, log, env });
}

/** A command of one instance does not write into the journal of the service. */
function openKeyValue(
  { redisUrl, dataDir }: Config,
  { clock, log, as }: Omit<CoreOptions, 'env'>,
): KeyValue {
  if (redisUrl !== null) return redisKeyValue({ url: redisUrl, log });
  const file = as === 'service' ? join(dataDir, 'key-value.jsonl') : null;
  return localKeyValue({ file, clock, log });
}

/** The client of the account; what it keeps, it keeps in this store. */
export function openApi(
  { account, publicUrl }: Config,
  { clock, keyValue }: { clock: Clock; keyValue: KeyValue },
): wechat.WechatApi {
  const { apiBaseUrl: baseUrl, openBaseUrl, appId, secret } = account;
  const hosts = [new URL(publicUrl).host];
  return wechat.wechatApi({ baseUrl, openBaseUrl, appId, secret, keyValue, clock, hosts });
}

/** The ways to members that are not WeChat, where they are configured. */
function outsideOf({ mail, sms }: Config, clock: Clock): Pick<Core, 'mail' | 'sms'> {
  return {
    mail: mail && notify.mailer({ ...mail, clock }),
    sms: sms && notify.smsGateway({ ...sms, clock }),
  };
}

function senderOf(
  { publicUrl }: Config,
  { mail, sms, ...given }: Pick<Core, 'api' | 'catalogue' | 'keyValue' | 'mail' | 'sms'>,
): notify.NoticeSender {
  return notify.noticeSender({
    ...given,
    nextContact: bot.nextContact(given.keyValue),
    linkTo: (path) => `${publicUrl}${path}`,
    ...(mail ? { mail } : {}),
    ...(sms ? { sms } : {}),
  });
}

function linksOf({ publicUrl }: Config, secret: string): bot.Links {
  return {
    address(memberId, now) {
      const expiresAt = new Date(now.getTime() + ADDRESS_LINK_MS);
      const token = signToken(secret, { purpose: 'address', subject: memberId, expiresAt });
      return `${publicUrl}/h5/address?t=${token}`;
    },
    rules: () => `${publicUrl}/h5/rules`,
    privacy: () => `${publicUrl}/h5/privacy`,
  };
}
