import { z } from 'zod';
import type { Clock } from '../kernel/context.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { counted } from './api/count-calls.ts';
import { WechatError } from './api-errors.ts';
import { callWechat } from './call-wechat.ts';
import { heldSecret } from './held-secret.ts';

/** Longer than a call may take. */
const CLAIM_MS = 5000;

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
  /** `stable` without it. A classic token ends as soon as anybody asks for one (reference 4.2). */
  readonly tokenKind?: 'stable' | 'classic';
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.number() });

/**
 * Keeps the token in the KeyValue and gets a new one 300 s before its end, while the old one is still
 * good (reference 4.2). However many ask at once, one of them calls the platform.
 */
export function accessToken(access: AccountAccess): AccessToken {
  const { appId, keyValue, clock } = access;
  return heldSecret({
    key: `wechat:token:${appId}`,
    keyValue,
    clock,
    claimMs: CLAIM_MS,
    missingCode: 'WECHAT_TOKEN_MISSING',
    fetch: () => fetchToken(access),
  });
}

async function fetchToken({ baseUrl, appId, secret, tokenKind = 'stable' }: AccountAccess) {
  const names = { grant_type: 'client_credential', appid: appId, secret };
  const path = tokenKind === 'stable' ? 'cgi-bin/stable_token' : 'cgi-bin/token';
  const url = new URL(path, baseUrl);
  if (tokenKind === 'classic') url.search = String(new URLSearchParams(names));
  const json = tokenKind === 'stable' ? { json: { ...names, force_refresh: false } } : {};
  const given = await counted(path, () => callWechat({ url, answer, ...json })).catch(
    (error: unknown) => {
      // Here 40001 says that the secret is wrong: no fresh token will help (reference 4.5).
      if (error instanceof WechatError && error.advice === 'token') {
        throw new WechatError(error, 'operator');
      }
      throw error;
    },
  );
  return { secret: given.access_token, expiresInSeconds: given.expires_in };
}
