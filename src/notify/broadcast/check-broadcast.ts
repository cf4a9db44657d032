import type { Context } from '../../kernel/context.ts';
import type * as wechat from '../../wechat/index.ts';
import { pageOfAudience } from './audience.ts';
import type { Broadcast, BroadcastId } from './broadcast.model.ts';
import { audienceEndsBefore } from './change-state.ts';
import { getBroadcast } from './find-broadcast.ts';
import { CAUSES, sieve } from './sift.ts';
import { wayOf } from './ways/way-of.ts';

const PAGE = 500;

/** What would happen if a broadcast were sent now. */
export interface DryRun {
  readonly total: number;
  /** Who drops out, cause by cause, and how many are left after each. */
  readonly waterfall: readonly {
    readonly cause: string;
    readonly skipped: number;
    readonly left: number;
  }[];
  readonly sendable: number;
  /** How long it takes at its rate, in minutes, without hours in which nothing goes out. */
  readonly minutes: number;
  /** What the platform would refuse, a sentence each. */
  readonly problems: readonly string[];
}

/** Looks through the whole audience in flat memory, and sends nothing. @throws BROADCAST_NOT_FOUND */
export async function checkBroadcast(
  ctx: Context,
  broadcastId: BroadcastId,
  { api }: { readonly api: wechat.WechatApi },
): Promise<DryRun> {
  const found = await getBroadcast(ctx, broadcastId);
  const broadcast = found.before ? found : { ...found, before: audienceEndsBefore(ctx.now) };
  const way = wayOf(broadcast, api);
  const skipped = new Map<string, number>(CAUSES.map((cause) => [cause, 0]));
  let [total, sendable] = [0, 0];
  let after: Broadcast['cursor'] = null;
  for (;;) {
    const people = await pageOfAudience(ctx, broadcast, { after, limit: PAGE });
    const { recipients, out } = await sieve(ctx, { broadcast, way, people });
    total += people.length;
    sendable += recipients.length;
    for (const { because } of out) skipped.set(because, (skipped.get(because) ?? 0) + 1);
    if (people.length < PAGE) break;
    after = people.at(-1)?._id ?? null;
  }
  let left = total;
  const waterfall = [...skipped].map(([cause, times]) => {
    left -= times;
    return { cause, skipped: times, left };
  });
  const minutes = Math.ceil(sendable / broadcast.plan.ratePerMinute);
  const problems = await problemsOf(broadcast, api, sendable);
  return { total, waterfall, sendable, minutes, problems };
}

async function problemsOf(
  { plan }: Broadcast,
  api: wechat.WechatApi,
  sendable: number,
): Promise<readonly string[]> {
  if (plan.channel === 'mass') {
    if (!('platform' in plan.audience)) {
      return sendable === 1 ? ['a mass message goes to two members at least'] : [];
    }
    return ['whom it reaches is up to the platform: 退订 and the limits do not count'];
  }
  if (plan.channel === 'next-contact') return [];
  const { templateId, data } = plan.content;
  const found =
    plan.channel === 'template'
      ? (await api.templates.list()).find((one) => one.templateId === templateId)
      : (await api.subscriptions.list()).find((one) => one.templateId === templateId);
  if (!found) return [`the account has no template ${templateId}`];
  const keys = found.fields.map(({ key }) => key);
  const given = Object.keys(data);
  return [
    ...keys.filter((key) => !given.includes(key)).map((key) => `the template wants ${key}`),
    ...given.filter((key) => !keys.includes(key)).map((key) => `the template has no ${key}`),
  ];
}
