import type { Context } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import type { MemberId } from '../kernel/ids.ts';
import * as settings from '../loyalty/settings/index.ts';
import type { Store } from './patient-key-value.ts';

const MINUTE_MS = 60_000;

/**
 * Counts a follower's messages of this minute.
 * @throws RATE_LIMITED with `sec`, the seconds until the next minute
 */
export async function mustBeWithinLimit(
  ctx: Context,
  store: Store,
  memberId: MemberId,
): Promise<void> {
  const { messagesPerMinute } = await settings.read(ctx, 'limits');
  const now = ctx.now.getTime();
  const minute = Math.floor(now / MINUTE_MS);
  const count = await store.count(`says:${memberId}:${minute}`, { ttlMs: MINUTE_MS });
  if (count <= messagesPerMinute) return;
  throw new DomainError({
    kind: 'limited',
    code: 'RATE_LIMITED',
    message: 'too many messages in a minute',
    details: { sec: Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000) },
  });
}
