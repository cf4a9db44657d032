import type { Context } from '../../kernel/context.ts';
import { MassResultModel } from './mass-result.model.ts';

/** What a `mass-result` event tells (reference 2.4). */
export interface ReportedMass {
  readonly massMsgId: string;
  readonly status: string;
  readonly totalCount: number;
  readonly filterCount: number;
  readonly sentCount: number;
  readonly errorCount: number;
}

/**
 * Keeps what the platform reports of a mass message under its number: it may come before the call
 * that sent it has been answered. Told again it changes nothing.
 */
export async function recordMassResult(
  ctx: Context,
  { massMsgId, status, totalCount, filterCount, sentCount, errorCount }: ReportedMass,
): Promise<void> {
  const counts = { totalCount, filterCount, sentCount, errorCount };
  await MassResultModel.updateOne(
    { _id: massMsgId },
    { $setOnInsert: { status, ...counts, reportedAt: ctx.now } },
    { upsert: true },
  );
}
