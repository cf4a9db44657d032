/** The least that changes an account safely, by hand: read it, then update it if nobody else did. */
import type { mongo } from 'mongoose';
import type { MemberId } from '../src/kernel/ids.ts';
import type { Account } from '../src/loyalty/ledger/account.model.ts';
import { accounts, idOf } from './pool.ts';
import { cannedCheckIn } from './sample-account.ts';

/** One `findOne` and one `updateOne` of the sizes that a check-in has, and no rule. */
export function bareCheckIn(
  sample: Account,
  startedAt: Date,
): (i: number, accountId?: MemberId) => Promise<void> {
  const { patch, entry } = cannedCheckIn(sample, startedAt);
  const collection = accounts();
  return async (i, _id = idOf('floor', i)) => {
    const found = await collection.findOne({ _id });
    const version = found?.version ?? 0;
    const update = {
      // Another day each time, as in an account: its index has to follow.
      $set: { ...patch.$set, version: version + 1, dueAt: new Date(startedAt.getTime() + i) },
      $push: { ...patch.$push, outbox: { $each: [entry], $slice: -1 } },
    };
    await collection.updateOne({ _id, version }, update as mongo.UpdateFilter<Account>);
  };
}
