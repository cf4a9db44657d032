import { expect, it } from 'vitest';
import { renderMetrics } from '../../platform/metrics.ts';
import type { AuditRound } from './audit-round.model.ts';

const ENDED = new Date('2026-02-01T02:00:00.900+08:00');
const BEFORE = new Date('2026-01-31T02:00:00+08:00');

/** Loaded by the tests: a metric without a name or a word what it is, is refused when it is made. */
const load = () => import('./audit-metrics.ts');

function round(more: Partial<AuditRound>): AuditRound {
  return { stage: 'again', findings: 0, last: null, finishedAt: null, ...more } as AuditRound;
}

async function shown(name: string): Promise<number> {
  const { text } = await renderMetrics();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

const findings = () => shown('jifenwu_audit_findings');
const finished = () => shown('jifenwu_audit_finished_seconds');

it('findings are those of the last round, or of the one under way when these are more', async () => {
  const { showRound } = await load();
  const last = { findings: 5, finishedAt: BEFORE };
  showRound(round({ findings: 2, last }));
  expect(await findings()).toBe(5);
  showRound(round({ findings: 7, last }));
  expect(await findings()).toBe(7);
  showRound(round({ findings: 3 }));
  expect(await findings()).toBe(3);
  showRound(round({ stage: 'done', findings: 2, last, finishedAt: ENDED }));
  expect(await findings()).toBe(2);
});

it('the end of the last round is shown in seconds, while another is under way as well', async () => {
  const { showRound } = await load();
  showRound(round({ last: { findings: 5, finishedAt: BEFORE } }));
  expect(await finished()).toBe(BEFORE.getTime() / 1000);
  showRound(round({ stage: 'done', finishedAt: ENDED, last: { findings: 5, finishedAt: BEFORE } }));
  expect(await finished()).toBe(Math.floor(ENDED.getTime() / 1000));
  showRound(round({}));
  expect(await finished()).toBe(Math.floor(ENDED.getTime() / 1000));
});

it('accounts and entries that were proved are counted, with a word what they are', async () => {
  const { showAudited } = await load();
  showAudited({ accounts: 0, entries: 0 });
  const accounts = await shown('jifenwu_audit_accounts_total');
  const entries = await shown('jifenwu_audit_entries_total');
  showAudited({ accounts: 2, entries: 5 });
  showAudited({ accounts: 1, entries: 0 });
  expect(await shown('jifenwu_audit_accounts_total')).toBe(accounts + 3);
  expect(await shown('jifenwu_audit_entries_total')).toBe(entries + 5);
  const { text } = await renderMetrics();
  for (const name of ['findings', 'finished_seconds', 'accounts_total', 'entries_total']) {
    expect(text).toMatch(new RegExp(`^# HELP jifenwu_audit_${name} \\w+`, 'm'));
  }
});
