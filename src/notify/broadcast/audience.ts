import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as members from '../../loyalty/members/index.ts';
import type { Broadcast } from './broadcast.model.ts';
import { type BroadcastRow, BroadcastRowModel, rowIdOf } from './broadcast-row.model.ts';

/** Somebody of an audience; with what is told to them alone, where there is such. */
export interface Somebody
  extends Pick<members.Addressee, '_id' | 'openId' | 'status' | 'notices' | 'followedAt'> {
  readonly row: Pick<BroadcastRow, 'facts' | 'problem'> | null;
}

/** An audience is read in pages, in the order of the members' ids. */
export interface Page {
  readonly after: MemberId | null;
  readonly limit: number;
}

/** The next people of an audience; fewer than the limit are the last ones. */
export async function pageOfAudience(
  ctx: Context,
  broadcast: Broadcast,
  { after, limit }: Page,
): Promise<readonly Somebody[]> {
  const { audience } = broadcast.plan;
  if ('platform' in audience) return [];
  if ('members' in audience) {
    const page = { ...whereOf(broadcast), after, limit };
    return (await members.listMembers(ctx, page)).map((member) => ({ ...member, row: null }));
  }
  const from = rowIdOf(broadcast._id, after ?? '');
  const rows = await BroadcastRowModel.find({ _id: { $gt: from, $lt: `${broadcast._id}/` } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<BroadcastRow[]>();
  return joined(ctx, rows);
}

/** These people of an audience as they are now, in the order of their ids. */
export async function peopleOf(
  ctx: Context,
  { _id, plan }: Broadcast,
  memberIds: readonly MemberId[],
): Promise<readonly Somebody[]> {
  const hasRows = !('members' in plan.audience);
  const ids = memberIds.map((memberId) => rowIdOf(_id, memberId));
  const rows = hasRows
    ? await BroadcastRowModel.find({ _id: { $in: ids } }).lean<BroadcastRow[]>()
    : memberIds.map((memberId) => ({ memberId, row: null }));
  return joined(ctx, rows);
}

/** How many are in it; of one that the platform chooses nobody knows. */
export async function sizeOfAudience(ctx: Context, broadcast: Broadcast): Promise<number> {
  const { audience } = broadcast.plan;
  if ('platform' in audience) return 0;
  if ('members' in audience) return members.countMembers(ctx, whereOf(broadcast));
  const ids = { $gt: `${broadcast._id}.`, $lt: `${broadcast._id}/` };
  return BroadcastRowModel.countDocuments({ _id: ids });
}

function whereOf({ plan: { audience }, before }: Broadcast): members.MembersWhere {
  if (!('members' in audience)) return { before };
  return { before, source: audience.source, language: audience.language };
}

type Named = { readonly memberId: MemberId } & Partial<Pick<BroadcastRow, 'facts' | 'problem'>>;

const GONE = { openId: null, status: 'left', notices: 'off', followedAt: new Date(0) } as const;

/** Whoever is gone for good is as somebody who left. */
async function joined(ctx: Context, named: readonly Named[]): Promise<readonly Somebody[]> {
  const ids = named.map(({ memberId }) => memberId);
  const found = new Map((await members.membersOf(ctx, ids)).map((one) => [one._id, one]));
  const people = named.map(({ memberId, facts, problem = null }) => {
    const gone = { ...GONE, _id: memberId } as const;
    return { ...(found.get(memberId) ?? gone), row: facts ? { facts, problem } : null };
  });
  return people.toSorted((a, b) => (a._id < b._id ? -1 : 1));
}
