import type { Context } from '../../kernel/context.ts';
import type * as members from '../../loyalty/members/index.ts';
import { type ContactLine, ContactLineModel } from './contact-line.model.ts';

/** How long it is believed that no line waits for anybody. */
const FRESH_MS = 30_000;
let nothingWaits = { at: Number.NEGATIVE_INFINITY };

/**
 * The oldest line that waits for a member who is being answered, once; null when there is none, and
 * for whoever said 退订. As long as no line waits for anybody it asks the database twice a minute.
 */
export async function takeContactLine(
  ctx: Context,
  { _id: memberId, notices }: Pick<members.Member, '_id' | 'notices'>,
): Promise<string | null> {
  const now = ctx.now.getTime();
  if (notices === 'off' || Math.abs(now - nothingWaits.at) < FRESH_MS) return null;
  const taken = await ContactLineModel.findOneAndUpdate(
    { memberId, saidAt: null, until: { $gt: ctx.now } },
    { $set: { saidAt: ctx.now } },
    { sort: { _id: 1 } },
  ).lean<ContactLine>();
  if (taken) return taken.text;
  const some = await ContactLineModel.exists({ saidAt: null, until: { $gt: ctx.now } });
  if (!some) nothingWaits = { at: now };
  return null;
}
