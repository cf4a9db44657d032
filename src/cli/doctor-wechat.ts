import { type Core, openApi } from '../core.ts';
import { DomainError } from '../kernel/errors.ts';
import { localKeyValue } from '../platform/local-key-value.ts';
import { RemoteError } from '../platform/remote.ts';
import * as wechat from '../wechat/index.ts';
import type { Say } from '../wording/index.ts';
import { type Check, type Finding, fine, messageOf, tried, wrong } from './doctor-check.ts';
import { noticeTemplates } from './doctor-notices.ts';

/** Calls that a day of ours may use up, and what people call them. */
const LIMITED = {
  template: '/cgi-bin/message/template/send',
  customer: '/cgi-bin/message/custom/send',
} as const;

/**
 * Looks at the account as the platform sees it. The token is asked for anew, because the one that
 * instances share may still be good where a new one would be refused; `stable_token` gives every
 * asker the same (reference 4.2). Without a token nothing else is looked at.
 */
export async function examineWechat(core: Core, say: Say): Promise<readonly Check[]> {
  const { clock, log } = core;
  const keyValue = localKeyValue({ file: null, clock, log });
  const api = openApi(core.config, { clock, keyValue });
  const tell = (error: unknown) => hintFor(error, say);
  try {
    const account = await tried('wechat', () => issuedToken(api, say), tell);
    if (!account.ok) return [account];
    return [
      account,
      await tried('notices', () => noticeTemplates(core, { api, say }), tell),
      await tried('quota', () => leftOfQuota(api, say), tell),
      await tried('callback', () => seenCallback(api, say), tell),
    ];
  } finally {
    await keyValue.close();
  }
}

async function issuedToken({ account }: wechat.WechatApi, say: Say): Promise<Finding> {
  const addresses = await account.apiAddresses();
  return fine(say('doctor.wechat.ok', { count: addresses.length }));
}

async function leftOfQuota({ quota }: wechat.WechatApi, say: Say): Promise<Finding> {
  const template = await quota.of(LIMITED.template);
  const customer = await quota.of(LIMITED.customer);
  const left = { template: template.remaining, customer: customer.remaining };
  const usedUp = Object.entries(left).filter(([, remaining]) => remaining <= 0);
  if (usedUp.length === 0) return fine(say('doctor.quota.ok', left));
  const names = usedUp.map(([name]) => LIMITED[name as keyof typeof LIMITED]).join(', ');
  return wrong(say('doctor.quota.45009', { names }));
}

/** A lost ping alone is no illness: many a firewall drops it. */
async function seenCallback({ account }: wechat.WechatApi, say: Say): Promise<Finding> {
  const { dns, pings } = await account.checkCallback();
  if (dns.length === 0) return wrong(say('doctor.callback.nowhere'));
  const addresses = [...new Set(dns.map(({ ip }) => ip))].join(', ');
  const isUnseen = pings.length > 0 && pings.every(({ isLost }) => isLost);
  return fine(say(isUnseen ? 'doctor.callback.unseen' : 'doctor.callback.ok', { addresses }));
}

/** The failures that people meet most, and the step to take (reference, 4.5). */
function hintFor(error: unknown, say: Say): string {
  if (error instanceof wechat.WechatError) return hintForCode(error, say);
  if (error instanceof RemoteError) {
    const { reason, status } = error;
    return say('doctor.wechat.away', { reason: status > 0 ? `${reason} ${status}` : reason });
  }
  if (error instanceof DomainError) return say('doctor.wechat.away', { reason: error.code });
  return messageOf(error);
}

function hintForCode({ errcode: code, errmsg, advice }: wechat.WechatError, say: Say): string {
  switch (code) {
    case 40_164:
      return say('doctor.wechat.40164', { address: addressIn(errmsg) });
    case 40_125:
      return say('doctor.wechat.40125', { code });
    case 40_001:
      // The call for a token says it of a wrong secret; every other call of the token.
      return advice === 'operator'
        ? say('doctor.wechat.40125', { code })
        : say('doctor.wechat.40001');
    case 40_013:
    case 40_243:
    case 45_009:
    case 48_001:
    case 40_201:
      return say(PLAIN[code]);
    default:
      return say('doctor.wechat.other', { code, problem: errmsg });
  }
}

const PLAIN = {
  40013: 'doctor.wechat.40013',
  40243: 'doctor.wechat.40243',
  45009: 'doctor.wechat.45009',
  48001: 'doctor.wechat.48001',
  40201: 'doctor.callback.40201',
} as const;

/** `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist`. */
function addressIn(errmsg: string): string {
  return /invalid ip ([\da-f.:]+)/i.exec(errmsg)?.[1] ?? '?';
}
