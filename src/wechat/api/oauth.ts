import { z } from 'zod';
import { WechatError } from '../api-errors.ts';
import { nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { requireValid } from './require-valid.ts';

const PAGES = new URL('https://open.weixin.qq.com/');
const STATE = /^[A-Za-z0-9]{1,128}$/;
const CODE = /^[\w-]{1,512}$/;
/** The code is not one, was used already, or is over its five minutes. */
const CODE_REFUSED: ReadonlySet<number> = new Set([40_029, 40_163, 42_003]);
/** The refresh token is not one, is over its 30 days, or was revoked. */
const REFRESH_REFUSED: ReadonlySet<number> = new Set([40_030, 42_002, 42_007]);
/** The user's token is over, or belongs to somebody else. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([40_001, 40_003, 40_014, 42_001]);

/** `base` is silent and tells the open id; `userinfo` asks the person, after an act of theirs. */
export type OauthScope = 'base' | 'userinfo';

/** What a person granted. The tokens are theirs, not the account's, and stay on the server. */
export interface OauthGrant {
  readonly openId: string;
  /** Only for accounts of an Open Platform. */
  readonly unionId: string | null;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** For 30 days. */
  readonly refreshToken: string;
  readonly scope: string;
  /** A virtual identity: it is never bound, earns nothing and redeems nothing. */
  readonly isSnapshotUser: boolean;
}

/** `refused`: send the browser to the authorize page again, with a new state. */
export type OauthOutcome =
  | { readonly outcome: 'granted'; readonly grant: OauthGrant }
  | { readonly outcome: 'refused'; readonly errcode: number };

export interface OauthUser {
  readonly openId: string;
  readonly nickname: string;
  /** Null when the person has no picture. */
  readonly pictureUrl: string | null;
  readonly unionId: string | null;
}

/** Signing in to web pages (reference 5.11). @throws WechatError, RemoteError */
export interface Oauth {
  /**
   * Where the browser is sent. `state` comes back with the code: make it with `oauthStates`.
   * @throws DomainError OAUTH_STATE_INVALID, OAUTH_REDIRECT_INVALID
   */
  authorizeAddress(parts: {
    readonly redirectUri: string;
    readonly scope: OauthScope;
    readonly state: string;
  }): string;
  /** A code is good for one time; it is never tried twice. */
  exchange(code: string): Promise<OauthOutcome>;
  refresh(refreshToken: string): Promise<OauthOutcome>;
  /** Name and picture, with the scope `userinfo` only. Neither sex nor region is told. */
  userOf(grant: Pick<OauthGrant, 'accessToken' | 'openId'>): Promise<OauthUser>;
  /** Whether the user's token still works. */
  isValid(grant: Pick<OauthGrant, 'accessToken' | 'openId'>): Promise<boolean>;
}

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.number(),
  refresh_token: z.string().min(1),
  openid: z.string().min(1),
  scope: z.string(),
  unionid: z.string().optional(),
  is_snapshotuser: z.union([z.number(), z.boolean()]).optional(),
});
const user = z.object({
  openid: z.string().min(1),
  nickname: z.string(),
  headimgurl: z.string().catch(''),
  unionid: z.string().optional(),
});

/** Makes the calls for signing in; `pages` is where the platform asks the person. */
export function oauth({
  caller,
  appId,
  secret,
  pages = PAGES,
}: {
  readonly caller: Caller;
  readonly appId: string;
  readonly secret: string;
  readonly pages?: URL;
}): Oauth {
  return {
    authorizeAddress: (parts) => authorizeAddress(appId, { ...parts, pages }),
    async exchange(code) {
      if (!CODE.test(code)) return { outcome: 'refused', errcode: 40_029 };
      const query = { appid: appId, secret, code, grant_type: 'authorization_code' };
      const call = { path: 'sns/oauth2/access_token', query, answer: granted };
      return outcomeOf(caller.open(call), CODE_REFUSED);
    },
    async refresh(refreshToken) {
      const query = { appid: appId, grant_type: 'refresh_token', refresh_token: refreshToken };
      const call = { path: 'sns/oauth2/refresh_token', query, answer: granted, repeatable: true };
      return outcomeOf(caller.open(call), REFRESH_REFUSED);
    },
    async userOf({ accessToken, openId }) {
      const query = { access_token: accessToken, openid: openId, lang: 'zh_CN' };
      const call = { path: 'sns/userinfo', query, answer: user, repeatable: true };
      const { openid, nickname, headimgurl, unionid } = await caller.open(call);
      return { openId: openid, nickname, pictureUrl: headimgurl || null, unionId: unionid ?? null };
    },
    async isValid({ accessToken, openId }) {
      const query = { access_token: accessToken, openid: openId };
      const call = { path: 'sns/auth', query, answer: nothing, repeatable: true };
      return caller.open(call).then(
        () => true,
        (error: unknown) => {
          if (isOneOf(TOKEN_REFUSED, error)) return false;
          throw error;
        },
      );
    },
  };
}

/** The order of the parameters is checked by the platform, and `redirect_uri` has to be encoded. */
function authorizeAddress(
  appId: string,
  {
    redirectUri,
    scope,
    state,
    pages,
  }: { redirectUri: string; scope: OauthScope; state: string; pages: URL },
): string {
  requireValid(STATE.test(state), 'OAUTH_STATE_INVALID', 'a state is 1 to 128 letters and digits');
  const isAddress = URL.canParse(redirectUri) && /^https?:\/\/[^#]+$/i.test(redirectUri);
  const message = 'the way back is an http address without a fragment';
  requireValid(isAddress, 'OAUTH_REDIRECT_INVALID', message);
  const query = [
    `appid=${encodeURIComponent(appId)}`,
    `redirect_uri=${encodeURIComponent(redirectUri)}`,
    'response_type=code',
    `scope=snsapi_${scope}`,
    `state=${state}`,
  ].join('&');
  return new URL(`connect/oauth2/authorize?${query}#wechat_redirect`, pages).href;
}

async function outcomeOf(
  asked: Promise<z.infer<typeof granted>>,
  refusals: ReadonlySet<number>,
): Promise<OauthOutcome> {
  try {
    return { outcome: 'granted', grant: grantOf(await asked) };
  } catch (error) {
    if (!isOneOf(refusals, error)) throw error;
    return { outcome: 'refused', errcode: error.errcode };
  }
}

function grantOf(given: z.infer<typeof granted>): OauthGrant {
  return {
    openId: given.openid,
    unionId: given.unionid ?? null,
    accessToken: given.access_token,
    expiresInSeconds: given.expires_in,
    refreshToken: given.refresh_token,
    scope: given.scope,
    isSnapshotUser: Boolean(given.is_snapshotuser),
  };
}

function isOneOf(codes: ReadonlySet<number>, error: unknown): error is WechatError {
  return error instanceof WechatError && codes.has(error.errcode);
}
