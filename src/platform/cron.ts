import { schedule } from 'node-cron';
import { timeZone } from '../kernel/business-day.ts';
import type { Log } from '../kernel/context.ts';

/** What is due when: six fields, the first one seconds, in the programme's zone. */
export interface CronRow {
  readonly name: string;
  readonly cron: string;
}

/** A run that takes longer than its time makes the next one wait, without a word to stderr. */
const PATIENT = {
  noOverlap: true,
  suppressMissedWarning: true,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
};

/**
 * Runs each row when it is due, one run of a row at a time; one that fails is logged and runs again
 * when it is next due. Gives a function that stops the clocks and waits for what is still running.
 * @throws Error for a row that is no time
 */
export function startCron<Row extends CronRow>(
  rows: readonly Row[],
  { run, log }: { readonly run: (row: Row) => Promise<void>; readonly log: Log },
): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const clocks = rows.map((row) => {
    const { name, cron } = row;
    const runOnce = () => {
      const work = run(row)
        .catch((err: unknown) => log.error({ err, job: name }, 'job failed'))
        .finally(() => running.delete(work));
      running.add(work);
      return work;
    };
    return schedule(cron, runOnce, { ...PATIENT, name, timezone: timeZone() });
  });
  return async () => {
    await Promise.all(clocks.map((clock) => clock.destroy()));
    await Promise.allSettled(running);
  };
}
