import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../kernel/context.ts';
import { randomBytes } from '../../kernel/random-bytes.ts';
import type { KeyValue } from '../../platform/key-value.ts';
import { heldSecret } from '../held-secret.ts';
import type { Caller } from './caller.ts';
import { requireValid } from './require-valid.ts';

/** A ticket may need a token first, and both may need a second try. */
const CLAIM_MS = 20_000;

/** What a page gives to `wx.config`. */
export interface PageSignature {
  readonly appId: string;
  /** In seconds. */
  readonly timestamp: number;
  readonly nonceStr: string;
  readonly signature: string;
}

/** Signatures by which pages use what WeChat's browser offers (reference 5.11). */
export interface JsSdk {
  /**
   * Signs for a page at this address, exactly as the browser loaded it; what follows `#` is left
   * out. @throws DomainError PAGE_FOREIGN for a page of somebody else, JS_TICKET_MISSING;
   * WechatError, RemoteError
   */
  signatureFor(pageUrl: string): Promise<PageSignature>;
}

const answer = z.object({ ticket: z.string().min(1), expires_in: z.number() });

/** Keeps one ticket for all instances. `hosts` are ours, with their ports; others are not signed for. */
export function jsSdk({
  caller,
  keyValue,
  appId,
  clock,
  hosts,
}: {
  readonly caller: Caller;
  readonly keyValue: KeyValue;
  readonly appId: string;
  readonly clock: Clock;
  readonly hosts: readonly string[];
}): JsSdk {
  const ticket = heldSecret({
    key: `wechat:js-ticket:${appId}`,
    keyValue,
    clock,
    claimMs: CLAIM_MS,
    missingCode: 'JS_TICKET_MISSING',
    async fetch() {
      const query = { type: 'jsapi' };
      const call = { path: 'cgi-bin/ticket/getticket', query, answer, repeatable: true };
      const given = await caller.call(call);
      return { secret: given.ticket, expiresInSeconds: given.expires_in };
    },
  });

  return {
    async signatureFor(pageUrl) {
      const [url = ''] = pageUrl.split('#');
      requireValid(isOurs(hosts, url), 'PAGE_FOREIGN', 'the address is not one of our pages');
      const timestamp = Math.floor(clock().getTime() / 1000);
      const nonceStr = randomBytes(16).toString('hex');
      const signature = jsSignature({ ticket: await ticket.current(), nonceStr, timestamp, url });
      return { appId, timestamp, nonceStr, signature };
    },
  };
}

/** The names in lower case and in this order, the values raw. */
export function jsSignature({
  ticket,
  nonceStr,
  timestamp,
  url,
}: {
  readonly ticket: string;
  readonly nonceStr: string;
  readonly timestamp: number;
  readonly url: string;
}): string {
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${url}`;
  return createHash('sha1').update(text).digest('hex');
}

/** An address that a browser would write otherwise is nobody's: `https://ours@theirs/`. */
function isOurs(hosts: readonly string[], url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, origin } = new URL(url);
  return /^https?:$/.test(protocol) && hosts.includes(host) && url.startsWith(`${origin}/`);
}
