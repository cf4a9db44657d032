import { createHash } from 'node:crypto';
import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import * as wechat from '../wechat/index.ts';
import type { Say } from '../wording/index.ts';
import { maySend } from './may-send.ts';
import { type Notice, type NoticeKind, NoticeModel } from './notice.model.ts';
import { factsOf } from './notice-facts.ts';
import { filledForm, type NoticeForm } from './notice-forms.ts';
import { outsideQuietHours } from './quiet-hours.ts';

const BATCH = 50;
const RETRY_MINUTES = [1, 5, 30, 120, 720];

export interface NoticeSender {
  readonly api: wechat.WechatApi;
  readonly forms: Readonly<Record<NoticeKind, NoticeForm>>;
  readonly say: Say;
}

/** What to write down about a notice that was looked at. */
type Mark = Partial<
  Pick<Notice, 'status' | 'because' | 'dueAt' | 'failures' | 'sentAt' | 'templateMsgId'>
>;

/**
 * Sends one bounded batch of what is due. A crash between sending and writing down sends again under
 * the same `client_msg_id`, which the platform knows for ten minutes (reference, 5.3). A notice that
 * cannot be sent says why; points never depend on it.
 */
export async function sendNotices(
  ctx: Context,
  sender: NoticeSender,
): Promise<{ done: number; more: boolean }> {
  const due = await NoticeModel.find({ status: 'waiting', dueAt: { $lte: ctx.now } })
    .sort({ dueAt: 1 })
    .limit(BATCH)
    .lean<Notice[]>();
  for (const notice of due) {
    const mark = await sent(ctx, notice, sender);
    await NoticeModel.updateOne({ _id: notice._id, status: 'waiting' }, { $set: mark });
  }
  return { done: due.length, more: due.length === BATCH };
}

async function sent(ctx: Context, notice: Notice, sender: NoticeSender): Promise<Mark> {
  const quiet = outsideQuietHours(ctx.now, await settings.read(ctx, 'quiet'));
  if (quiet > ctx.now) return { dueAt: quiet };
  const member = await members.findMember(ctx, { memberId: notice.memberId });
  const verdict = await maySend(ctx, notice, member);
  if (!verdict.may) return skipped(verdict.because);
  const { bindings, expiring } = await settings.read(ctx, 'notices');
  const agreed = expiring.consent === 'opt-out' || Boolean(member?.noticesChosenAt);
  if (notice.kind === 'points-expiring' && !agreed) return skipped('no-consent');
  const binding = bindings[notice.kind];
  if (!binding || !member?.openId) return skipped('not-bound');
  const facts = await factsOf(ctx, notice, sender.say);
  if (!facts) return skipped('no-longer-true');
  const filled = filledForm(sender.forms[notice.kind], facts, binding.keys);
  if ('problem' in filled) return failed(ctx, notice, filled.problem);
  const message = {
    openId: member.openId,
    templateId: binding.templateId,
    data: filled.data,
    clientMsgId: clientMsgId(notice),
  };
  return sender.api.templates.send(message).then(
    ({ msgId }) => ({ status: 'sent' as const, sentAt: ctx.now, templateMsgId: msgId }),
    (error: unknown) => markOf(ctx, notice, error),
  );
}

/** At most 32 letters and digits; the same for every attempt. */
function clientMsgId({ _id }: Notice): string {
  return createHash('sha256').update(_id).digest('hex').slice(0, 32);
}

function markOf(ctx: Context, notice: Notice, error: unknown): Mark {
  if (error instanceof wechat.WechatError && !wechat.mayPass(error)) {
    return failed(ctx, notice, `errcode ${error.errcode}`);
  }
  const minutes = RETRY_MINUTES[notice.failures];
  if (minutes === undefined) return failed(ctx, notice, 'tried too often');
  ctx.log.warn({ err: error, noticeId: notice._id }, 'notice put off');
  const dueAt = new Date(ctx.now.getTime() + minutes * 60_000);
  return { dueAt, failures: notice.failures + 1 };
}

function failed(ctx: Context, { _id }: Notice, because: string): Mark {
  ctx.log.error({ noticeId: _id, because }, 'notice failed');
  return { status: 'failed', because };
}

function skipped(because: string): Mark {
  return { status: 'skipped', because };
}
