import { DAY_MS } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import * as settings from '../loyalty/settings/index.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { nextPlatformMidnight, platformDayOf } from './account-midnight.ts';

/** The ways that the platform counts by the day. */
export type CountedChannel = 'template' | 'customer';
type Store = Pick<KeyValue, 'get' | 'set' | 'count'>;

/**
 * What is left of the account's calls of today, by way (reference 4.3). The last part of it is kept
 * for order updates. The counts are in the KeyValue: when they are lost the platform's 45009 still
 * closes the way.
 */
export interface DayQuota {
  /** Takes one call. When it may not be made: the instant from which it may. */
  take(ctx: Context, channel: CountedChannel, isOrderUpdate: boolean): Promise<Date | null>;
  /** The platform said 45009: the way is closed until its midnight, which is given. */
  close(ctx: Context, channel: CountedChannel): Promise<Date>;
}

export function dayQuota(keyValue: Store): DayQuota {
  const closeFor = async (ctx: Context, channel: CountedChannel, whom: 'all' | 'others') => {
    const until = nextPlatformMidnight(ctx.now);
    const ttlMs = Math.max(1, until.getTime() - ctx.now.getTime());
    await keyValue.set(closedKey(ctx, channel), whom, { ttlMs });
    return until;
  };
  return {
    close: (ctx, channel) => closeFor(ctx, channel, 'all'),
    async take(ctx, channel, isOrderUpdate) {
      const closed = await keyValue.get(closedKey(ctx, channel));
      if (closed === 'all' || (closed && !isOrderUpdate)) return nextPlatformMidnight(ctx.now);
      const used = await keyValue.count(`quota:${channel}:${platformDayOf(ctx.now)}`, {
        ttlMs: DAY_MS,
      });
      const { quota } = await settings.read(ctx, 'notices');
      const limit = quota[channel];
      if (used < Math.floor(limit * (1 - quota.reservePercent / 100))) return null;
      // From the next one on only order updates go out; this one has its place already.
      await closeFor(ctx, channel, used < limit ? 'others' : 'all');
      return null;
    },
  };
}

function closedKey(ctx: Context, channel: CountedChannel): string {
  return `quota:${channel}:${platformDayOf(ctx.now)}:closed`;
}
