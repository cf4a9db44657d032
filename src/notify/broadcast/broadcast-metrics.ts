import { counter, gauge } from '../../platform/metrics.ts';
import {
  BROADCAST_STATUSES,
  type Broadcast,
  BroadcastModel,
  type BroadcastStatus,
} from './broadcast.model.ts';

const recipients = counter({
  name: 'jifenwu_broadcast_recipients_total',
  help: 'Members that broadcasts were about, by way and by what became of them',
  labels: ['channel', 'outcome'],
});
const broadcasts = gauge({
  name: 'jifenwu_broadcasts',
  help: 'Broadcasts by state, as the process that sends them saw them last',
  labels: ['state'],
});
const pauses = counter({
  name: 'jifenwu_broadcast_pauses_total',
  help: 'How often broadcasts were paused by the service, by cause',
  labels: ['cause'],
});

const OUTCOMES = ['sent', 'unknown', 'failed', 'skipped'] as const;
/** Calls of the account are used up for today or for the month (reference 4.5). */
const QUOTAS = new Set(['errcode 45009', 'errcode 45028']);
export const TOO_MANY_FAILURES = 'too many failures';

/** Counts a batch; `share` is what it adds to its broadcast, by the paths of an `$inc`. */
export function countRecipients(
  { plan: { channel } }: Broadcast,
  share: Readonly<Record<string, number>>,
): void {
  for (const outcome of OUTCOMES) {
    const path = `counts.${outcome}`;
    const paths = Object.keys(share).filter((one) => one === path || one.startsWith(`${path}.`));
    const times = paths.reduce((sum, one) => sum + (share[one] ?? 0), 0);
    if (times > 0) recipients.add({ channel, outcome }, times);
  }
}

/**
 * Counts a pause that nobody asked for. `failures`: the brake; `given-up`: it had paused too often
 * before; `refused`: it waits for somebody who sees to it; the others pass by themselves.
 */
export function countPause(pause: {
  readonly because: string;
  readonly until: Date | null;
  readonly isGivenUp: boolean;
}): void {
  pauses.add({ cause: causeOf(pause) });
}

function causeOf({ because, until, isGivenUp }: Parameters<typeof countPause>[0]): string {
  if (isGivenUp) return 'given-up';
  if (because === TOO_MANY_FAILURES) return 'failures';
  if (QUOTAS.has(because)) return 'quota';
  return until ? 'platform' : 'refused';
}

/** Shows how many broadcasts are in which state. */
export async function showStates(): Promise<void> {
  const found = await BroadcastModel.aggregate<{ _id: BroadcastStatus; times: number }>([
    { $group: { _id: '$status', times: { $sum: 1 } } },
  ]);
  const times = new Map(found.map((one) => [one._id, one.times]));
  for (const state of BROADCAST_STATUSES) broadcasts.set({ state }, times.get(state) ?? 0);
}
