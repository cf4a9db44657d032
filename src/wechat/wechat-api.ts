import { type AccessToken, type AccountAccess, accessToken } from './access-token.ts';
import { type AccountChecks, accountChecks } from './api/account-checks.ts';
import { type Blacklist, blacklist } from './api/blacklist.ts';
import { caller } from './api/caller.ts';
import { type CustomerMessages, customer } from './api/customer.ts';
import { type Desk, desk } from './api/desk.ts';
import { type JsSdk, jsSdk } from './api/js-sdk.ts';
import { type Mass, mass } from './api/mass.ts';
import { type Media, media } from './api/media.ts';
import { type Menus, menus } from './api/menus.ts';
import { type Oauth, oauth } from './api/oauth.ts';
import { type OauthStates, oauthStates } from './api/oauth-states.ts';
import { type Qrcodes, qrcodes } from './api/qrcodes.ts';
import { type Quota, quota } from './api/quota.ts';
import { type SecurityChecks, securityChecks } from './api/security-checks.ts';
import { type Subscriptions, subscriptions } from './api/subscriptions.ts';
import { type Tags, tags } from './api/tags.ts';
import { type Templates, templates } from './api/templates.ts';
import { type Users, users } from './api/users.ts';

/**
 * The calls of the Official Account API, by area. Each refreshes a refused token once and tries again
 * once; what may be done twice is tried again while the platform is busy (reference 4.5).
 * @throws WechatError with its advice; RemoteError when there was no answer
 */
export interface WechatApi {
  readonly users: Users;
  readonly tags: Tags;
  readonly blacklist: Blacklist;
  readonly menus: Menus;
  readonly templates: Templates;
  readonly subscriptions: Subscriptions;
  readonly customer: CustomerMessages;
  readonly desk: Desk;
  readonly mass: Mass;
  readonly qrcodes: Qrcodes;
  readonly media: Media;
  readonly jsSdk: JsSdk;
  readonly oauth: Oauth;
  readonly oauthStates: OauthStates;
  readonly quota: Quota;
  readonly account: AccountChecks;
  readonly security: SecurityChecks;
}

export interface ApiAccess extends AccountAccess {
  /** Where people sign in, `https://open.weixin.qq.com/`; a pretend platform shows codes there, too. */
  readonly openBaseUrl: URL;
  /** Where our own pages are, with their ports; the JS-SDK signs for no other host. */
  readonly hosts: readonly string[];
}

/** The platform's own hosts; there pictures of codes have another one than sign-in (reference 4.1). */
const PLATFORM = /(^|\.)weixin\.qq\.com$/;

/** Makes the client of one account. */
export function wechatApi(access: ApiAccess, token: AccessToken = accessToken(access)): WechatApi {
  const { baseUrl, openBaseUrl: pages, appId, secret, keyValue, clock, hosts } = access;
  const way = caller({ baseUrl, token });
  return {
    users: users(way),
    tags: tags(way),
    blacklist: blacklist(way),
    menus: menus(way),
    templates: templates(way),
    subscriptions: subscriptions(way, appId),
    customer: customer(way),
    desk: desk(way),
    mass: mass(way),
    qrcodes: qrcodes(way, PLATFORM.test(pages.hostname) ? {} : { pages }),
    media: media(way),
    jsSdk: jsSdk({ caller: way, keyValue, appId, clock, hosts }),
    oauth: oauth({ caller: way, appId, secret, pages }),
    oauthStates: oauthStates(keyValue),
    quota: quota({ caller: way, appId, secret }),
    account: accountChecks(way),
    security: securityChecks(way),
  };
}
