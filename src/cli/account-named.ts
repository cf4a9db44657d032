import type { Context } from '../kernel/context.ts';
import { isId } from '../kernel/ids.ts';
import type * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
import { CommandError, EXIT } from './exit.ts';

/** A member by number or by id. @throws CommandError when there is none */
export async function memberNamed(ctx: Context, text: string): Promise<members.Member> {
  const isNumber = /^m\d+$/i.test(text);
  if (!isNumber && !isId('mem', text)) {
    throw new CommandError(EXIT.usage, `${text} is neither a member number nor a member id`);
  }
  const who = isId('mem', text) ? { memberId: text } : { memberNo: text };
  const member = await members.findMember(ctx, who);
  if (!member) throw new CommandError(EXIT.refused, `no member is called ${text}`);
  return member;
}

/** An account by its member, or of pieces, prizes, a budget or a pool by its own id. */
export async function accountNamed(ctx: Context, text: string): Promise<ledger.AccountId> {
  if (isOther(text)) return text;
  return (await memberNamed(ctx, text))._id;
}

function isOther(text: string): text is Exclude<ledger.AccountId, members.Member['_id']> {
  return /^(?:stock|prize|budget|pool):[\x21-\x7e]{1,100}$/.test(text);
}
