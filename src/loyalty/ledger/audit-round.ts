import { addDays, type BusinessDay, startOfDay } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { AccountModel } from './account.model.ts';
import { type AuditRound, AuditRoundModel } from './audit-round.model.ts';

const HOUR_MS = 3_600_000;
/** When a night begins: the day is over, and what it left behind is settled. */
const BEGINS_MS = 2 * HOUR_MS;
/** Which part of all accounts a night looks at, whether they changed or not. */
const NIGHTS_FOR_ALL = 40;
/** Entries may come to the collection later than they were posted; clocks differ by minutes. */
const LATE_MS = HOUR_MS;

/** The round that is under way, a new one when a night has begun, or the finished one. */
export async function currentRound(ctx: Context): Promise<AuditRound> {
  const stored = await AuditRoundModel.findById('nightly').lean<AuditRound>();
  const night = nightOf(ctx);
  if (stored && (stored.stage !== 'done' || stored.night >= night)) return stored;
  const all = await AccountModel.estimatedDocumentCount();
  return {
    _id: 'nightly',
    version: stored?.version ?? 0,
    night,
    startedAt: ctx.now,
    stage: 'unseen',
    again: stored?.suspects ?? [],
    changed: { at: changedSince(ctx, stored), id: '' },
    rotation: {
      after: stored?.rotation.after ?? null,
      // The first night looks at everything.
      left: stored ? Math.ceil(all / NIGHTS_FOR_ALL) : all,
    },
    accounts: 0,
    entries: 0,
    findings: 0,
    unfrozen: 0,
    suspects: [],
    last: stored && {
      findings: stored.findings,
      finishedAt: stored.finishedAt ?? stored.startedAt,
    },
    finishedAt: null,
  };
}

/** Keeps what a batch has done; false when another instance was faster with the same batch. */
export async function keepRound({ _id, version, ...round }: AuditRound): Promise<boolean> {
  const next = { ...round, version: version + 1 };
  try {
    const { matchedCount, upsertedCount } = await AuditRoundModel.updateOne(
      { _id, version },
      { $set: next },
      { upsert: version === 0 },
    );
    return matchedCount + upsertedCount === 1;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function nightOf({ now, today }: Context): BusinessDay {
  const hasBegun = now.getTime() >= startOfDay(today).getTime() + BEGINS_MS;
  return hasBegun ? today : addDays(today, -1);
}

function changedSince({ now }: Context, before: AuditRound | null): Date {
  return before ? new Date(before.startedAt.getTime() - LATE_MS) : now;
}
