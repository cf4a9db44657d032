import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { type Member, MemberModel } from './member.model.ts';

/** What a message to many has to know of a member. */
export type Addressee = Pick<
  Member,
  '_id' | 'memberNo' | 'openId' | 'status' | 'notices' | 'language' | 'followedAt'
>;

/** Some of all members, those who left among them. */
export interface MembersWhere {
  /** Only ids before this one: they sort by the time of enrolment. */
  readonly before: string;
  readonly source?: string | undefined;
  readonly language?: Member['language'] | undefined;
}

export interface MembersPage extends MembersWhere {
  /** Only ids behind this one; from the beginning without it. */
  readonly after: MemberId | null;
  readonly limit: number;
}

const SEEN = {
  _id: 1,
  memberNo: 1,
  openId: 1,
  status: 1,
  notices: 1,
  language: 1,
  followedAt: 1,
} as const;

/** A page of members in the order of their ids: the next one begins behind its last. */
export function listMembers(
  _ctx: Context,
  { after, limit, ...where }: MembersPage,
): Promise<readonly Addressee[]> {
  const { _id, ...others } = filterOf(where);
  return MemberModel.find({ ...others, _id: { ..._id, ...(after && { $gt: after }) } })
    .sort({ _id: 1 })
    .limit(limit)
    .select(SEEN)
    .lean<Addressee[]>()
    .exec();
}

/** How many members there are of these. */
export function countMembers(_ctx: Context, where: MembersWhere): Promise<number> {
  return MemberModel.countDocuments(filterOf(where)).exec();
}

/** These members, in no order; an id that means nobody is left out. */
export function membersOf(
  _ctx: Context,
  memberIds: readonly MemberId[],
): Promise<readonly Addressee[]> {
  return MemberModel.find({ _id: { $in: [...memberIds] } })
    .select(SEEN)
    .lean<Addressee[]>()
    .exec();
}

/** The ids of member numbers; a number that is nobody's is left out. */
export async function memberIdsOf(
  _ctx: Context,
  memberNos: readonly string[],
): Promise<ReadonlyMap<string, MemberId>> {
  const found = await MemberModel.find({ memberNo: { $in: [...memberNos] } })
    .select({ memberNo: 1 })
    .lean<Pick<Member, '_id' | 'memberNo'>[]>();
  return new Map(found.map(({ _id, memberNo }) => [memberNo, _id]));
}

function filterOf({ before, source, language }: MembersWhere) {
  return {
    _id: { $lt: before as MemberId },
    ...(source !== undefined && { source }),
    ...(language !== undefined && { language }),
  };
}
