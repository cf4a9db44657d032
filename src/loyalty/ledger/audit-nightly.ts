import type { Context } from '../../kernel/context.ts';
import { auditAccounts, committedBooks, unseen } from './audit.ts';
import type { Finding } from './audit-fold.ts';
import type { Join } from './audit-join.ts';
import { showAudited, showRound } from './audit-metrics.ts';
import type { AuditRound, Stage } from './audit-round.model.ts';
import { currentRound, keepRound } from './audit-round.ts';
import { changedAccounts } from './changed-accounts.ts';
import { judge } from './judge.ts';
import { limits } from './limits.ts';
import type { Ledger } from './open-ledger.ts';
import type { AccountId } from './points.ts';

/** What one batch found, and where the next one begins. */
interface Step {
  readonly accounts: number;
  readonly entries: number;
  readonly findings: readonly Finding[];
  readonly next: Partial<AuditRound>;
}

export interface Nightly {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly joins: readonly Join[];
}

/**
 * One bounded batch of the nightly audit, if a night has begun and is not done. It may be killed at
 * any line: a batch is repeated until the round has kept it, and a repeated batch changes nothing.
 */
export async function auditNightly(
  ctx: Context,
  { ledger, joins }: Nightly,
): Promise<{ readonly done: number; readonly more: boolean }> {
  const round = await currentRound(ctx);
  if (round.stage === 'done') {
    showRound(round);
    return { done: 0, more: false };
  }
  const step = await STEPS[round.stage](ctx, { round, joins });
  const verdict = await judge(ctx, ledger, { round, findings: step.findings });
  const next: AuditRound = {
    ...round,
    ...verdict,
    ...step.next,
    accounts: round.accounts + step.accounts,
    entries: round.entries + step.entries,
  };
  const kept = await keepRound(next);
  if (!kept) return { done: 0, more: false };
  showAudited(step);
  showRound(next);
  return { done: step.accounts, more: next.stage !== 'done' };
}

/** Where the round stands, and what it compares accounts with. */
interface Stand {
  readonly round: AuditRound;
  readonly joins: readonly Join[];
}
type Take = (ctx: Context, stand: Stand) => Promise<Step>;

const STEPS: Readonly<Record<Exclude<Stage, 'done'>, Take>> = {
  async unseen(ctx) {
    const findings = await unseen(committedBooks(), ctx.now);
    return { accounts: 0, entries: 0, findings, next: { stage: 'again' } };
  },

  async again(ctx, { round: { again }, joins }) {
    const rest = again.slice(limits.auditedAtOnce);
    const stage = rest.length > 0 ? 'again' : 'changed';
    const audited = await auditEach(ctx, joins, again.slice(0, limits.auditedAtOnce));
    return { ...audited, next: { again: rest, stage } };
  },

  async changed(ctx, { round, joins }) {
    const { changed: from, startedAt: until } = round;
    const period = { from, until, limit: limits.followedAtOnce };
    const { accounts, next } = await changedAccounts(committedBooks().entries, period);
    const audited = await auditEach(ctx, joins, accounts);
    return { ...audited, next: next ? { changed: next } : { stage: 'rotation' } };
  },

  async rotation(ctx, { round, joins }) {
    const { after, left } = round.rotation;
    const limit = Math.min(left, limits.auditedAtOnce);
    if (limit === 0) return { ...NOTHING, next: ended(ctx, after) };
    const which = { ...(after && { after }), limit, joins };
    const { findings, ...page } = await auditAccounts(ctx, which);
    const { accounts, entries, next } = page;
    // A rotation that ended with the last account begins anew in the same night.
    const isOver = accounts > 0 || after === null;
    const goesOn = next === null ? !isOver : left > accounts;
    const rotation = { after: next, left: left - accounts };
    const proof = { accounts, entries, findings };
    return { ...proof, next: goesOn ? { rotation } : ended(ctx, next) };
  },
};

const NOTHING = { accounts: 0, entries: 0, findings: [] } as const;

function ended({ now }: Context, after: AccountId | null): Partial<AuditRound> {
  return { stage: 'done', rotation: { after, left: 0 }, finishedAt: now };
}

async function auditEach(
  ctx: Context,
  joins: readonly Join[],
  accountIds: readonly AccountId[],
): Promise<Omit<Step, 'next'>> {
  let [accounts, entries] = [0, 0];
  const findings: Finding[] = [];
  for (const accountId of accountIds) {
    const audit = await auditAccounts(ctx, { accountId, joins });
    accounts += audit.accounts;
    entries += audit.entries;
    findings.push(...audit.findings);
  }
  return { accounts, entries, findings };
}
