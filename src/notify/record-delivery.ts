import type { Context } from '../kernel/context.ts';
import { type Notice, NoticeModel } from './notice.model.ts';

/** Writes down what the platform reports of a template message. An unknown number is no error. */
export async function recordDelivery(
  _ctx: Context,
  { templateMsgId, status }: { templateMsgId: string; status: NonNullable<Notice['delivery']> },
): Promise<void> {
  await NoticeModel.updateOne({ templateMsgId }, { $set: { delivery: status } });
}
