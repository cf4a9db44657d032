import type { Broadcast, DryRun, Progress, Reported } from '../notify/broadcast/index.ts';

/** One broadcast in one line. */
export function broadcastLine({ _id, plan, status, pause, counts, total }: Broadcast): string {
  const far = total === null ? '' : `, ${counts.considered} of ${total}`;
  const why = pause ? ` (${pause.because}${untilOf(pause.until)})` : '';
  return `${_id} ${plan.channel} ${status}${why}${far}: ${plan.name}`;
}

/** Who drops out where, and how many are left. */
export function dryRunLines({ total, waterfall, sendable, minutes, problems }: DryRun): string[] {
  return [
    `${total} members in the audience`,
    ...waterfall
      .filter(({ skipped }) => skipped > 0)
      .map(({ cause, skipped, left }) => `− ${skipped} ${cause}: ${left} left`),
    `= ${sendable} would be sent it, within ${minutes} min at its rate`,
    ...problems.map((problem) => `✗ ${problem}`),
  ];
}

/** How far it is, cause by cause. */
export function progressLines(broadcast: Broadcast, progress: Progress): string[] {
  const { sent, unknown, failed, skipped, left, perMinute, finishesAt } = progress;
  const { delivered, reported } = progress;
  return [
    broadcastLine(broadcast),
    `sent ${sent}`,
    ...Object.entries(failed).map(([cause, times]) => `failed ${times}: ${cause}`),
    ...Object.entries(skipped).map(([cause, times]) => `skipped ${times}: ${cause}`),
    `unknown ${unknown}`,
    `left ${left}`,
    ...(reported ? reportedLines(reported) : []),
    ...(delivered ? [`delivered ${delivered.sentCount}, not ${delivered.errorCount}`] : []),
    ...(finishesAt ? [`${perMinute} a minute, until ${finishesAt.toISOString()}`] : []),
  ];
}

/** What the platform reported afterwards; nothing before the first report. */
function reportedLines({ delivered, blocked, failed }: Reported): string[] {
  if (delivered + blocked + failed === 0) return [];
  return [`reported ${delivered} delivered, ${blocked} blocked, ${failed} failed`];
}

function untilOf(until: Date | null): string {
  return until ? ` until ${until.toISOString()}` : '';
}
