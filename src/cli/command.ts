import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import { type Core, openCore } from '../core.ts';
import { createLog } from '../platform/log.ts';

/** What commands need from the process that runs them. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly stdin: AsyncIterable<Buffer | string>;
  /** One line on stdout: results. */
  readonly print: (line: string) => void;
  /** One line on stderr: everything else. */
  readonly say: (line: string) => void;
  /** Says how the command ended, when it ran and found something wrong. */
  readonly exit: (code: number) => void;
}

/** The configuration as this process was given it. @throws ConfigError */
export function configOf({ env }: Terminal): Config {
  return readConfig(env);
}

/** Runs a command over the open database and ledger, and closes both whatever happens. */
export async function withCore<Result>(
  terminal: Terminal,
  run: (core: Core) => Promise<Result>,
): Promise<Result> {
  const config = configOf(terminal);
  // Commands speak for themselves: only what someone must act on is logged beside their words.
  const log = createLog({ level: 'error' });
  const core = await openCore(config, {
    clock: terminal.now,
    log,
    as: 'command',
    env: terminal.env,
  });
  try {
    return await run(core);
  } finally {
    await core.close();
  }
}
