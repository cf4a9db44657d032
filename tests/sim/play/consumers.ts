import type { Consumer } from '../../../src/loyalty/ledger/engine.ts';
import type { Entry } from '../../../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../../../src/loyalty/ledger/points.ts';
import { type LedgerStore, StoreError } from '../../../src/loyalty/ledger/store.ts';
import type { Documents, Shard } from '../world/shard.ts';
import type { Process, World } from '../world/world.ts';

/** Sums over the entries of one account, and the entry up to which they go. */
export interface Counts {
  readonly seq: number;
  readonly earned: number;
  readonly spent: number;
  readonly checkins: number;
}

const NOTHING: Counts = { seq: 0, earned: 0, spent: 0, checkins: 0 };

/** What a consumer throws that talks to an outside which is away. */
export class MessagingDown extends Error {}

/** Notes that it was shown an entry; fails now and then, as one does that writes elsewhere. */
export function teller(world: World, told: Set<string>): Consumer {
  return {
    name: 'notify',
    see: async (_ctx, entries) => {
      if (world.faultsOn && world.chance.is(0.04)) throw new MessagingDown('messaging is down');
      for (const { _id } of entries) told.add(_id);
    },
  };
}

/** Counts each entry once: its position lies in the same document as the counts. */
export function counter(world: World, process: Process, store: LedgerStore): Consumer {
  return {
    name: 'insight',
    see: async (_ctx, entries) => {
      for (const accountId of new Set(entries.map((entry) => entry.accountId))) {
        const shown = entries.filter((entry) => entry.accountId === accountId);
        await countUpTo(accountId, Math.max(...shown.map(({ seq }) => seq)));
      }
    },
  };

  async function countUpTo(accountId: AccountId, seq: number): Promise<void> {
    const key = countsKey(accountId);
    const counts = await world.read(process, {
      key,
      view: (documents) => countsIn(documents, key),
    });
    if (seq <= counts.seq) return;
    const missing = await store.entriesBetween(accountId, counts.seq + 1, seq);
    if (missing.length < seq - counts.seq) throw new StoreError('entries are not visible yet');
    const next = missing.reduce(counted, counts);
    const act = (shard: Shard) =>
      countsIn(shard.local, key).seq === counts.seq
        ? { result: true, record: shard.put([key, next]) }
        : { result: false };
    if (!(await world.write(process, { key, act }))) throw new StoreError('another one counted');
  }
}

export function countsKey(accountId: AccountId): string {
  return `counts/${accountId}`;
}

export function countsIn(documents: Documents, key: string): Counts {
  return (documents.get(key) as Counts | undefined) ?? NOTHING;
}

export function countAll(entries: readonly Entry[]): Counts {
  return entries.reduce(counted, NOTHING);
}

function counted(sum: Counts, { seq, reason, moves }: Entry): Counts {
  let { earned, spent } = sum;
  for (const { postings } of moves) {
    earned -= postings.issued ?? 0;
    spent += postings.redeemed ?? 0;
  }
  return { seq, earned, spent, checkins: sum.checkins + (reason === 'checkin' ? 1 : 0) };
}
