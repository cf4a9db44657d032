import type { Config } from '../../src/config.ts';
import { type Core, openCore } from '../../src/core.ts';
import { wallClock } from './line.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Does something with a database that services in other processes serve, as a command would. */
export async function withCore<Result>(
  config: Config,
  work: (core: Core) => Promise<Result>,
): Promise<Result> {
  const core = await openCore(config, { clock: wallClock, log: SILENT, as: 'command', env: {} });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
