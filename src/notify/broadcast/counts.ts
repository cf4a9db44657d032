import type { Counts } from './broadcast.model.ts';
import type { BroadcastBatch } from './broadcast-batch.model.ts';

/** What a batch adds to the counts of its broadcast, by the paths of an `$inc`. */
export function shareOf(batch: BroadcastBatch): Record<string, number> {
  const share: Record<string, number> = {};
  const add = (path: string, times: number) => {
    share[path] = (share[path] ?? 0) + times;
  };
  const { recipients, exceptions, pending } = batch;
  const open = batch.status === 'done' ? 0 : (pending ?? recipients).length;
  add('counts.considered', batch.considered - open);
  add('counts.sent', recipients.length - exceptions.length - open);
  for (const [cause, times] of Object.entries(batch.skipped)) {
    add(`counts.skipped.${keyOf(cause)}`, times);
  }
  for (const { outcome, because } of exceptions) {
    add(outcome === 'unknown' ? 'counts.unknown' : `counts.${outcome}.${keyOf(because)}`, 1);
  }
  return share;
}

/** The counts with what batches add that are not counted in them yet. */
export function withBatches(counts: Counts, batches: readonly BroadcastBatch[]): Counts {
  const sum = { ...counts, failed: { ...counts.failed }, skipped: { ...counts.skipped } };
  for (const [path, times] of batches.flatMap((batch) => Object.entries(shareOf(batch)))) {
    const [, name, ...rest] = path.split('.');
    const cause = rest.join('.');
    if (name === 'failed' || name === 'skipped') sum[name][cause] = (sum[name][cause] ?? 0) + times;
    else if (name === 'considered' || name === 'sent' || name === 'unknown') sum[name] += times;
  }
  return sum;
}

/** A cause as a field of a document may be called. */
function keyOf(cause: string): string {
  return cause.replaceAll(/[.$]/g, '-');
}
