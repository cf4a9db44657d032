import type { Account } from './account.model.ts';
import type { Engine } from './engine.ts';
import { type Entry, toEntry } from './entry.model.ts';

/** The entry of a key as of this state: from its outbox, or from `entries`. */
export async function entryOf(
  { store }: Pick<Engine, 'store'>,
  account: Account | null,
  key: string,
): Promise<Entry | null> {
  if (!account) return null;
  const recent = account.outbox.find((entry) => entry.key === key);
  if (recent) return toEntry(account._id, recent);
  const [entry] = await store.entriesByKey(account._id, [key]);
  return entry ?? null;
}
