/** Accounts of the same size, made once for each way of working on them. */
import type { mongo } from 'mongoose';
import type { MemberId } from '../src/kernel/ids.ts';
import { type Account, AccountModel } from '../src/loyalty/ledger/account.model.ts';
import { database } from '../src/platform/mongo.ts';

export const POOL = 512;

/** Copies an account as often as the pool is large. */
export async function fill(pool: string, sample: Account): Promise<void> {
  const documents = Array.from({ length: POOL }, (_, i) => ({ ...sample, _id: idOf(pool, i) }));
  await accounts().insertMany(documents);
}

/** The id of the i-th account, and again of the first after the last. */
export function idOf(pool: string, i: number): MemberId {
  return `mem_01jq8zt4e5k6m7n8${pool.padStart(6, '0')}${String(i % POOL).padStart(4, '0')}`;
}

/** As the ledger reads and writes them, without the ledger. */
export function accounts(): mongo.Collection<Account> {
  return database().collection(AccountModel.collection.name, {
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
  });
}
