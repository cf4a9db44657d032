import type { AnyNoticeKind } from '../notice.model.ts';
import type { NoticeChannel } from './channel.ts';
import { customerWay } from './customer.ts';
import { nextContactWay } from './next-contact.ts';
import { subscriptionWay } from './subscription.ts';
import { templateWay } from './template.ts';
import { textMessageWay } from './text-message.ts';
import type { Way } from './way.ts';

const WAYS: Readonly<Record<NoticeChannel, Way>> = {
  template: templateWay,
  subscription: subscriptionWay,
  customer: customerWay,
  'next-contact': nextContactWay,
  sms: textMessageWay,
};

/**
 * Which ways each kind may go, best first. A reminder is nothing that the member caused, so never a
 * template. What is told much later is of no use for changed points: the statement has them.
 */
const ORDER: Readonly<Record<AnyNoticeKind, readonly NoticeChannel[]>> = {
  'points-changed': ['template', 'subscription', 'customer'],
  'points-expiring': ['template', 'subscription', 'customer', 'next-contact'],
  'order-shipped': ['template', 'subscription', 'customer', 'sms', 'next-contact'],
  'order-code': ['customer', 'next-contact'],
  'checkin-reminder': ['customer', 'subscription', 'next-contact'],
};
/** What does not come unasked: the answer to the follower's own message. */
const UNINTRUSIVE: readonly NoticeChannel[] = ['next-contact'];

/** The ways of a notice in their order; beyond the limits of the day only those that disturb nobody. */
export function waysOf(kind: AnyNoticeKind, within: 'limits' | 'beyond'): readonly NoticeChannel[] {
  return within === 'limits' ? ORDER[kind] : UNINTRUSIVE;
}

/** The way of a name. */
export function wayOf(channel: NoticeChannel): Way {
  return WAYS[channel];
}
