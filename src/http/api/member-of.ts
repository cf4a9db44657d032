import type { Context } from '../../kernel/context.ts';
import { DomainError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import * as members from '../../loyalty/members/index.ts';

/** The three names that a partner may know a member by. */
export interface MemberNames {
  readonly openId?: string | undefined;
  readonly memberNo?: string | undefined;
  readonly memberId?: string | undefined;
}

/**
 * The member that a partner means, named in exactly one way.
 * @throws MEMBER_NAME_INVALID, MEMBER_NOT_FOUND
 */
export async function memberOf(ctx: Context, names: MemberNames): Promise<members.Member> {
  const { openId, memberNo, memberId } = names;
  const given = [openId, memberNo, memberId].filter((name) => name !== undefined);
  if (given.length !== 1) throw nameInvalid();
  const member = await found(ctx, names);
  if (!member) throw notFound();
  return member;
}

async function found(ctx: Context, { openId, memberNo, memberId }: MemberNames) {
  if (openId !== undefined) return members.findMember(ctx, { openId });
  if (memberNo !== undefined) return members.findMember(ctx, { memberNo });
  if (memberId === undefined || !isId('mem', memberId)) return null;
  return members.findMember(ctx, { memberId });
}

function nameInvalid(): DomainError {
  const message = 'name the member by exactly one of openId, memberNo and memberId';
  return new DomainError({ kind: 'invalid', code: 'MEMBER_NAME_INVALID', message });
}

function notFound(): DomainError {
  const message = 'nobody has this name here';
  return new DomainError({ kind: 'not-found', code: 'MEMBER_NOT_FOUND', message });
}
