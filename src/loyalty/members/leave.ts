import type { Context } from '../../kernel/context.ts';
import { keyedHash } from '../../platform/data-key.ts';
import { MemberModel } from './member.model.ts';

/**
 * Forgets who a follower was who went away: open id, address and consents go at once. The keyed hash
 * stays, so that points and orders are found again on a return; a refusal of notices stays a refusal.
 * An unsubscribe that is older than the newest follow changes nothing.
 */
export async function leave(
  _ctx: Context,
  { openId, at }: { readonly openId: string; readonly at: Date },
): Promise<void> {
  await MemberModel.updateOne(
    { openIdHash: keyedHash(openId), status: 'following', followedAt: { $lte: at } },
    {
      $set: { status: 'left', leftAt: at, openId: null, address: null, noticesChosenAt: null },
    },
  );
}
