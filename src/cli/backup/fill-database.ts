import type { Core } from '../../core.ts';
import * as jobs from '../../jobs/index.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import { cutToPrefix } from './cut-to-prefix.ts';
import { writeDatabase } from './write-database.ts';

/** What has to go on when everything is written. Messages to members do not: they wait for the service. */
const DUE = new Set(['settle-due', 'relay-purchases', 'relay-orders']);

export interface Filling {
  readonly file: string;
  /** Told how far it is, and what was cut. */
  readonly say: (line: string) => void;
}

/** Fills an empty database from a backup that was proved, and lets what was under way go on. */
export async function fillDatabase(
  core: Pick<Core, 'contextOf' | 'sender'>,
  { file, say }: Filling,
): Promise<void> {
  const settle = () => settleAll(core);
  await ledger.withLookUps(async () => {
    await writeDatabase(file, say);
    await cutToPrefix(core.contextOf('restore'), { settle, say });
  });
}

async function settleAll({ contextOf, sender }: Pick<Core, 'contextOf' | 'sender'>): Promise<void> {
  for (const { run } of jobs.schedule({ sender }).filter(({ name }) => DUE.has(name))) {
    for (let more = true; more; ) ({ more } = await run(contextOf('restore')));
  }
  await ledger.relayNow(contextOf('restore'));
}
