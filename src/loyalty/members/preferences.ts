import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { memberNotFound } from './errors.ts';
import { type Language, type Member, MemberModel } from './member.model.ts';

/** Records whether a member wants messages that were not asked for. @throws MEMBER_NOT_FOUND */
export async function switchNotices(
  ctx: Context,
  memberId: MemberId,
  notices: Member['notices'],
): Promise<void> {
  const chosen = { notices, noticesChosenAt: ctx.now };
  const { matchedCount } = await MemberModel.updateOne({ _id: memberId }, { $set: chosen });
  if (matchedCount === 0) throw memberNotFound(memberId);
}

/** The language a member is answered in. @throws MEMBER_NOT_FOUND */
export async function setLanguage(
  _ctx: Context,
  memberId: MemberId,
  language: Language,
): Promise<void> {
  const { matchedCount } = await MemberModel.updateOne({ _id: memberId }, { $set: { language } });
  if (matchedCount === 0) throw memberNotFound(memberId);
}
