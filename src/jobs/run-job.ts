import type { Context } from '../kernel/context.ts';
import { withLease } from '../platform/lease.ts';
import type { Job } from './schedule.ts';

const LEASE_MS = 60_000;
const BATCHES_MAX = 20;

/**
 * Runs one job under its lease, batch after batch while there is more. Another instance that holds
 * the lease does the work; a failure is logged and the next tick tries again.
 */
export async function runJob(ctx: Context, job: Job): Promise<void> {
  const lease = { name: `job:${job.name}`, holdMs: LEASE_MS };
  const run = async (): Promise<number> => {
    let done = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch++) {
      const result = await job.run(ctx);
      done += result.done;
      if (!result.more) break;
    }
    return done;
  };
  await withLease(ctx, lease, run).then(
    (leased) => {
      const done = leased.outcome === 'done' ? leased.value : 0;
      if (done > 0) ctx.log.debug({ job: job.name, done }, 'job done');
    },
    (error: unknown) => ctx.log.error({ err: error, job: job.name }, 'job failed'),
  );
}
