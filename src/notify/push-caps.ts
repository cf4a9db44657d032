import { addDays } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import { PUSHES_KEPT, type PushCounts, PushCountsModel } from './push-counts.model.ts';

/** How often a member may be pushed to, of all kinds together (conversation rules, 7). */
const PUSHES_A_MONTH = 4;
/** Whatever month it is: four in any 31 days are never five in one of the calendar. */
const MONTH_DAYS = 31;

/**
 * Takes a place within the limits (one push a day, four a month) for a push named `id`, for each of
 * these members at once: a few hundred at most. Whoever is in the answer may be sent it, and it is
 * counted already; asked again under the same id the answer is the same. `givePushesBack` undoes it
 * for those who were not sent anything after all.
 */
export async function takePushes(
  ctx: Context,
  memberIds: readonly MemberId[],
  id: string,
): Promise<ReadonlySet<MemberId>> {
  if (memberIds.length === 0) return new Set();
  const ids = [...memberIds];
  await ensureCounts(ids);
  const since = addDays(ctx.today, -MONTH_DAYS);
  const lately = { $filter: { input: '$pushes', cond: { $gt: ['$$this.day', since] } } };
  await PushCountsModel.updateMany(
    {
      _id: { $in: ids },
      'pushes.id': { $ne: id },
      'pushes.day': { $ne: ctx.today },
      $expr: { $lt: [{ $size: lately }, PUSHES_A_MONTH] },
    },
    { $push: { pushes: { $each: [{ id, day: ctx.today }], $slice: -PUSHES_KEPT } } },
  );
  const taken = await PushCountsModel.find({ _id: { $in: ids }, 'pushes.id': id })
    .select({ _id: 1 })
    .lean<Pick<PushCounts, '_id'>[]>();
  return new Set(taken.map(({ _id }) => _id));
}

/** Gives back what was taken for members whom the push did not go to. Called again it changes nothing. */
export async function givePushesBack(
  _ctx: Context,
  memberIds: readonly MemberId[],
  id: string,
): Promise<void> {
  if (memberIds.length === 0) return;
  await PushCountsModel.updateMany({ _id: { $in: [...memberIds] } }, { $pull: { pushes: { id } } });
}

/**
 * Who of these members may be pushed to today, without taking anything: for looking ahead, where
 * `takePushes` decides later.
 */
export async function mayBePushed(
  ctx: Context,
  memberIds: readonly MemberId[],
): Promise<ReadonlySet<MemberId>> {
  const since = addDays(ctx.today, -MONTH_DAYS);
  const found = await PushCountsModel.find({ _id: { $in: [...memberIds] } }).lean<PushCounts[]>();
  const full = found.filter(({ pushes }) => {
    const lately = pushes.filter(({ day }) => day > since);
    return lately.length >= PUSHES_A_MONTH || lately.some(({ day }) => day === ctx.today);
  });
  const closed = new Set(full.map(({ _id }) => _id));
  return new Set(memberIds.filter((memberId) => !closed.has(memberId)));
}

async function ensureCounts(ids: readonly MemberId[]): Promise<void> {
  const found = await PushCountsModel.find({ _id: { $in: ids } })
    .select({ _id: 1 })
    .lean<Pick<PushCounts, '_id'>[]>();
  const known = new Set(found.map(({ _id }) => _id));
  const writes = ids
    .filter((_id) => !known.has(_id))
    .map((_id) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { pushes: [] } }, upsert: true },
    }));
  if (writes.length > 0) await PushCountsModel.bulkWrite(writes, { ordered: false });
}
