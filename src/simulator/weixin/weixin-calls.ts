import { CODE_CALLS } from './codes/code-calls.ts';
import { CUSTOMER_CALLS } from './customer/customer-calls.ts';
import { MASS_CALLS } from './mass/mass-calls.ts';
import { MEDIA_CALLS } from './media/media-calls.ts';
import { MENU_CALLS } from './menus/menu-calls.ts';
import { NOTICE_CALLS } from './notices/notice-calls.ts';
import { BLACKLIST_CALLS } from './people/blacklist.ts';
import { TAGGING_CALLS } from './people/tagging.ts';
import { TAG_CALLS } from './people/tags.ts';
import { USER_CALLS } from './people/users.ts';
import { SNS_CALLS } from './sns/sns-calls.ts';
import { TEMPLATE_CALLS } from './templates/template-calls.ts';
import { grantStable, grantToken } from './tokens/grant-token.ts';
import { quotaCalls } from './upkeep/quota-calls.ts';
import { UPKEEP_CALLS } from './upkeep/upkeep-calls.ts';
import { get, open, post, type WeixinCalls } from './weixin-call.ts';

/** What the pretend platform can do, by path; all but the open ones ask for an access token. */
export const WEIXIN_CALLS: WeixinCalls = {
  'cgi-bin/stable_token': open(post(grantStable, 500_000)),
  'cgi-bin/token': open(get(grantToken, 2000)),
  ...USER_CALLS,
  ...TAG_CALLS,
  ...TAGGING_CALLS,
  ...BLACKLIST_CALLS,
  ...MENU_CALLS,
  ...TEMPLATE_CALLS,
  ...NOTICE_CALLS,
  ...CUSTOMER_CALLS,
  ...MASS_CALLS,
  ...CODE_CALLS,
  ...MEDIA_CALLS,
  ...SNS_CALLS,
  ...UPKEEP_CALLS,
  ...quotaCalls((path) => WEIXIN_CALLS[path]?.daily ?? null),
};
