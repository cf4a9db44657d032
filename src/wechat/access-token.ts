import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { WechatError } from './api-errors.ts';
import { callWechat } from './call-wechat.ts';

/** In its last five minutes a token is replaced; the old one works that long beside the new one. */
const OVERLAP_SECONDS = 300;
const LIFE_SECONDS_MIN = 60;
/** Longer than a call may take, so that only the claim of a dead process runs out. */
const CLAIM_MS = 5000;
const POLL_MS = 50;
const POLLS_MAX = 140;

/** The account's access token, one for all instances. */
export interface AccessToken {
  /** A token that is valid now. @throws WechatError, RemoteError, DomainError WECHAT_TOKEN_MISSING */
  current(): Promise<string>;
  /** Another token than `bad`, which a business API refused. @throws as `current` */
  refreshed(bad: string): Promise<string>;
}

export interface AccountAccess {
  /** Ends in `/`; may have a path. */
  readonly baseUrl: URL;
  readonly appId: string;
  readonly secret: string;
  readonly keyValue: KeyValue;
  readonly clock: Clock;
}

const held = z.object({ token: z.string(), refreshAtMs: z.number() });
const answer = z.object({ access_token: z.string().min(1), expires_in: z.number() });

/**
 * Keeps the token in the KeyValue and gets a new one 300 s before its end (reference 4.2). However
 * many ask at once, one of them calls the platform and the others wait for what it gets.
 */
export function accessToken(access: AccountAccess): AccessToken {
  const { appId, keyValue, clock } = access;
  const key = `wechat:token:${appId}`;
  let asked: Promise<string> | null = null;

  async function find(): Promise<string | null> {
    const text = await keyValue.get(key);
    if (text === null) return null;
    const { token, refreshAtMs } = held.parse(JSON.parse(text));
    return refreshAtMs > clock().getTime() ? token : null;
  }

  async function fetchOnce(): Promise<string> {
    const claimed = `${key}:claim`;
    for (let poll = 0; poll < POLLS_MAX; poll++) {
      if (await keyValue.claim(claimed, 'working', { ttlMs: CLAIM_MS })) {
        return fetchIfStillMissing().finally(() => keyValue.delete(claimed));
      }
      await sleep(POLL_MS);
      const token = await find();
      if (token !== null) return token;
    }
    throw new DomainError({
      kind: 'unavailable',
      code: 'WECHAT_TOKEN_MISSING',
      message: 'nobody got an access token in time',
    });
  }

  /** Who claims after another has finished finds what that one got. */
  async function fetchIfStillMissing(): Promise<string> {
    const found = await find();
    if (found !== null) return found;
    const { token, lifeSeconds } = await fetchToken(access);
    const refreshAtMs = clock().getTime() + lifeSeconds * 1000;
    const value = JSON.stringify({ token, refreshAtMs });
    await keyValue.set(key, value, { ttlMs: lifeSeconds * 1000 });
    return token;
  }

  async function current(): Promise<string> {
    const found = await find();
    if (found !== null) return found;
    asked ??= fetchOnce().finally(() => {
      asked = null;
    });
    return asked;
  }

  return {
    current,
    async refreshed(bad) {
      if ((await find()) === bad) await keyValue.delete(key);
      return current();
    },
  };
}

async function fetchToken({ baseUrl, appId, secret }: AccountAccess) {
  const json = { grant_type: 'client_credential', appid: appId, secret, force_refresh: false };
  const url = new URL('cgi-bin/stable_token', baseUrl);
  const given = await callWechat({ url, json, answer }).catch((error: unknown) => {
    // Here 40001 says that the secret is wrong: no fresh token will help (reference 4.5).
    if (error instanceof WechatError && error.advice === 'token') {
      throw new WechatError(error, 'operator');
    }
    throw error;
  });
  const lifeSeconds = Math.max(given.expires_in - OVERLAP_SECONDS, LIFE_SECONDS_MIN);
  return { token: given.access_token, lifeSeconds };
}
