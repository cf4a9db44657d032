import { requireValid } from './require-valid.ts';

const INVALID = 'SUBSCRIPTION_INVALID';
const PAGE = 'https://mp.weixin.qq.com/mp/subscribemsg';
const SCENE_MAX = 10_000;

export interface SubscriptionQuestion {
  readonly templateId: string;
  /** 0 to 10,000: agreeing twice under one scene allows one message only. */
  readonly scene: number;
  /** On the account's business domain. */
  readonly redirectUrl: string;
  /** Comes back unchanged: proof that the answer belongs to this question. Letters and digits. */
  readonly reserved: string;
}

/** What somebody answered; they need not follow the account. */
export interface SubscriptionAnswer {
  readonly templateId: string;
  readonly scene: number;
  readonly reserved: string;
  /** Null when they said no. */
  readonly openId: string | null;
}

/** The page that asks somebody for one message (reference 5.4). @throws DomainError SUBSCRIPTION_INVALID */
export function subscriptionPage(appId: string, question: SubscriptionQuestion): string {
  const { templateId, scene, redirectUrl, reserved } = question;
  requireValid(
    Number.isInteger(scene) && scene >= 0 && scene <= SCENE_MAX,
    INVALID,
    'a scene is 0 to 10,000',
  );
  requireValid(
    /^[A-Za-z0-9]{1,128}$/.test(reserved),
    INVALID,
    'reserved has 1 to 128 letters and digits',
  );
  const query = new URLSearchParams({
    action: 'get_confirm',
    appid: appId,
    scene: String(scene),
    template_id: templateId,
    redirect_url: redirectUrl,
    reserved,
  });
  return `${PAGE}?${query}#wechat_redirect`;
}

/** Reads what the page brought back; compare `reserved` before believing it. Null when it is none. */
export function subscriptionAnswer(
  query: Readonly<Record<string, string | undefined>>,
): SubscriptionAnswer | null {
  const { template_id: templateId, action, scene, reserved, openid } = query;
  if (!templateId || !scene || !reserved || !/^\d{1,5}$/.test(scene)) return null;
  const agreed = action === 'confirm';
  if (agreed ? !openid : action !== 'cancel') return null;
  return { templateId, scene: Number(scene), reserved, openId: agreed && openid ? openid : null };
}
