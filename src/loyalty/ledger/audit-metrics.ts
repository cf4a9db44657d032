import { counter, gauge } from '../../platform/metrics.ts';
import type { AuditRound } from './audit-round.model.ts';

const findings = gauge({
  name: 'jifenwu_audit_findings',
  help: 'Findings of the nightly audit: of its last round, or of the one under way if these are more.',
});

const finished = gauge({
  name: 'jifenwu_audit_finished_seconds',
  help: 'When the last round of the nightly audit ended, in seconds since 1970.',
});

const accounts = counter({
  name: 'jifenwu_audit_accounts_total',
  help: 'Accounts that the nightly audit of this process has proved.',
});

const entries = counter({
  name: 'jifenwu_audit_entries_total',
  help: 'Entries that the nightly audit of this process has proved.',
});

/** Shows what the round knows, whichever process did the work. */
export function showRound({ stage, findings: found, last, finishedAt }: AuditRound): void {
  const before = stage === 'done' ? 0 : (last?.findings ?? 0);
  findings.set({}, Math.max(found, before));
  const endedAt = finishedAt ?? last?.finishedAt;
  if (endedAt) finished.set({}, Math.floor(endedAt.getTime() / 1000));
}

/** Counts the work of one batch. */
export function showAudited(batch: { readonly accounts: number; readonly entries: number }): void {
  accounts.add({}, batch.accounts);
  entries.add({}, batch.entries);
}
