/** A bounded amount of work, so many at once; the first of it only brings everything into its stride. */
export interface Load {
  readonly works: number;
  readonly ramp: number;
  readonly atOnce: number;
}

/** What one work cost. */
export interface Cost {
  readonly perSecond: number;
  /** Processor time of this process, all threads, in microseconds. */
  readonly cpuUs: number;
}

/** Does `ramp` and then `works` of it, and measures the latter. */
export async function costOf(
  work: (i: number) => Promise<unknown>,
  { works, ramp, atOnce }: Load,
): Promise<Cost> {
  let next = 0;
  let done = 0;
  let started = performance.now();
  let cpu = process.cpuUsage();
  const worker = async () => {
    while (next < works + ramp) {
      await work(next++);
      if (++done !== ramp) continue;
      started = performance.now();
      cpu = process.cpuUsage();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = works / ((performance.now() - started) / 1000);
  return { perSecond, cpuUs: (user + system) / works };
}
