import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { keyedHash } from '../../platform/data-key.ts';
import { memberNotFound } from './errors.ts';
import { lifted, type StoredMember } from './lift-member.ts';
import { type Member, MemberModel } from './member.model.ts';

/** The member of an open id, a member number (either case) or a member id; null when there is none. */
export async function findMember(
  _ctx: Context,
  who:
    | { readonly openId: string }
    | { readonly memberNo: string }
    | { readonly memberId: MemberId },
): Promise<Member | null> {
  if ('openId' in who) return memberOfHash(keyedHash(who.openId));
  if ('memberId' in who) return memberWhere({ _id: who.memberId });
  return memberWhere({ memberNo: who.memberNo.toUpperCase() });
}

/** @throws MEMBER_NOT_FOUND */
export async function getMember(ctx: Context, memberId: MemberId): Promise<Member> {
  const member = await findMember(ctx, { memberId });
  if (!member) throw memberNotFound(memberId);
  return member;
}

export async function memberOfHash(openIdHash: string): Promise<Member | null> {
  return memberWhere({ openIdHash });
}

async function memberWhere(
  filter: Partial<Pick<Member, '_id' | 'memberNo' | 'openIdHash'>>,
): Promise<Member | null> {
  const found = await MemberModel.findOne(filter).lean<StoredMember>();
  return found && lifted(found);
}
