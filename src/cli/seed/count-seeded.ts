import { database } from '../../platform/mongo.ts';

export interface Seeded {
  readonly members: number;
  readonly entries: number;
  readonly rewards: number;
  readonly orders: number;
}

/** What lies in the database now. */
export async function countSeeded(): Promise<Seeded> {
  const count = (name: string) => database().collection(name).estimatedDocumentCount();
  const [members, entries, rewards, orders] = await Promise.all(
    ['members', 'entries', 'rewards', 'orders'].map(count),
  );
  return {
    members: members ?? 0,
    entries: entries ?? 0,
    rewards: rewards ?? 0,
    orders: orders ?? 0,
  };
}
