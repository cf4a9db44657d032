import type * as wechat from '../../../wechat/index.ts';
import type { Broadcast } from '../broadcast.model.ts';
import { massWay } from './mass-way.ts';
import { nextContactWay } from './next-contact-way.ts';
import { subscriptionWay } from './subscription-way.ts';
import { templateWay } from './template-way.ts';
import type { Way } from './way.ts';

/** The way on which a broadcast goes. */
export function wayOf({ _id, plan }: Broadcast, api: wechat.WechatApi): Way {
  switch (plan.channel) {
    case 'mass':
      return massWay(plan, api);
    case 'subscription':
      return subscriptionWay(plan, api);
    case 'next-contact':
      return nextContactWay(plan, _id);
    case 'template':
      return templateWay(plan, api);
  }
}
