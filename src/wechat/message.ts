/** A follower's choice about one subscription template. */
export interface SubscriptionChoice {
  readonly templateId: string;
  readonly choice: 'accept' | 'reject';
}

/** What became of one subscription notification: `errorCode` 0 means delivered. */
export interface SubscriptionResult {
  readonly templateId: string;
  readonly msgId: string;
  readonly errorCode: number;
  readonly errorStatus: string;
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** What a follower sent: reference 2.2. */
type Said =
  | { readonly type: 'text'; readonly text: string; readonly menuToken: string | null }
  | { readonly type: 'image'; readonly mediaId: string; readonly picUrl: string }
  | {
      readonly type: 'voice';
      readonly mediaId: string;
      readonly format: string;
      readonly mediaId16K: string | null;
      readonly recognition: string | null;
    }
  | {
      readonly type: 'video' | 'shortvideo';
      readonly mediaId: string;
      readonly thumbMediaId: string;
    }
  | (Place & { readonly type: 'location'; readonly scale: number; readonly label: string })
  | {
      readonly type: 'link';
      readonly title: string;
      readonly description: string;
      readonly url: string;
    };

/** What a follower did: reference 2.3. A scene never has the prefix `qrscene_`. */
type Done =
  | { readonly type: 'subscribe'; readonly scene: string | null }
  | { readonly type: 'unsubscribe' }
  | { readonly type: 'scan'; readonly scene: string }
  | { readonly type: 'click'; readonly key: string }
  | { readonly type: 'view'; readonly url: string }
  | { readonly type: 'view-mini-program'; readonly pagePath: string }
  | (Place & { readonly type: 'location-report'; readonly precision: number })
  | {
      /** `scan-code-wait`: the client shows "receiving message" until there is a reply. */
      readonly type: 'scan-code' | 'scan-code-wait';
      readonly key: string;
      readonly scanType: string;
      readonly scanResult: string;
    }
  | {
      readonly type: 'pictures';
      readonly key: string;
      readonly from: 'camera' | 'camera-or-album' | 'album';
      readonly count: number;
    }
  | (Place & {
      readonly type: 'location-select';
      readonly key: string;
      readonly scale: number;
      readonly label: string;
      readonly poiName: string;
    })
  | {
      readonly type: 'subscription-popup' | 'subscription-change';
      readonly choices: readonly SubscriptionChoice[];
    };

/** What the platform reports: reference 2.3 and 2.4. */
type Reported =
  | {
      readonly type: 'template-result';
      readonly templateMsgId: string;
      readonly status: 'success' | 'blocked' | 'failed';
    }
  | {
      readonly type: 'mass-result';
      readonly massMsgId: string;
      /** `send success`, `send fail` or `err(N)`. */
      readonly status: string;
      readonly totalCount: number;
      readonly filterCount: number;
      readonly sentCount: number;
      readonly errorCount: number;
    }
  | {
      readonly type: 'publish-result';
      readonly publishId: string;
      /** 0 is published, 1 under way, anything else a failure (reference 5.10). */
      readonly status: number;
      readonly articleId: string | null;
    }
  | { readonly type: 'subscription-sent'; readonly results: readonly SubscriptionResult[] }
  | { readonly type: 'desk-opened' | 'desk-closed'; readonly account: string }
  | { readonly type: 'desk-switched'; readonly fromAccount: string; readonly toAccount: string }
  | {
      /** Refresh or clear the profile · delete what OAuth gave · erase the person. */
      readonly type: 'profile-modified' | 'authorization-revoked' | 'authorization-cancelled';
      readonly openId: string;
    }
  | {
      readonly type: 'verification';
      readonly event: string;
      readonly outcome: 'success' | 'failed' | 'renew' | 'expired';
      readonly reason: string | null;
    };

/** What a push says. What is not known is acknowledged and has the platform's own name for it. */
export type Content = Said | Done | Reported | { readonly type: 'unknown'; readonly name: string };
