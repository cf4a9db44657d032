import { newId } from '../../kernel/ids.ts';

/** One run through one collection, as a backup holds it. */
export interface Section {
  readonly collection: string;
  /** What was made meanwhile, read once more at the end. */
  readonly again?: true | undefined;
}

const DAY_MS = 86_400_000;
/** What processes note of their own work: who holds a job, how far a migration is. A restore begins anew. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['leases', 'migrations']);
/**
 * Read in this order and last, so that an entry is in the outbox of its account or in `entries`. What
 * the other collections say is then older than the accounts, never younger. Ledger 14.1.
 */
const BOOKS = ['accounts', 'entries'];
/**
 * What accounts refer to and what is itself led by nothing: a member who joined, a reward or codes that
 * came in, what somebody decided about an account while the rest was read. Read again, because accounts
 * that are younger may need them.
 */
const REFERRED: Readonly<Record<string, Referred>> = {
  members: { prefix: 'mem' },
  rewards: { prefix: 'rwd' },
  // A code that was given away meanwhile stays the code of its order.
  reward_codes: { prefix: 'cod', changedAt: 'issuedAt' },
  sanctions: { prefix: 'san' },
  // A correction that was asked for long ago may have been decided now.
  adjustment_requests: { prefix: 'adj', changedAt: 'decidedAt' },
  cases: { prefix: 'cas', changedAt: 'closedAt' },
};

interface Referred {
  readonly prefix: Parameters<typeof newId>[0];
  /** When a document that was made long ago changed so that an account may need it. */
  readonly changedAt?: string;
}

/** Everything that is backed up of these collections, in order. */
export function sectionsOf(collections: readonly string[]): readonly Section[] {
  const kept = collections.filter((name) => !LEFT_OUT.has(name) && !name.startsWith('system.'));
  const others = kept.filter((name) => !BOOKS.includes(name)).toSorted();
  const books = BOOKS.filter((name) => kept.includes(name));
  const again = Object.keys(REFERRED).filter((name) => kept.includes(name));
  return [
    ...[...others, ...books].map((collection) => ({ collection })),
    ...again.map((collection) => ({ collection, again: true }) as const),
  ];
}

/** Which documents a section takes. Clocks may differ by minutes: a day is far beyond that. */
export function filterOf({ collection, again }: Section, startedAt: Date): object {
  const referred = REFERRED[collection];
  if (!again || !referred) return {};
  const { prefix, changedAt } = referred;
  const since = new Date(startedAt.getTime() - DAY_MS);
  const made = { _id: { $gte: newId(prefix, since).slice(0, ID_TIME_CHARS) } };
  return changedAt ? { $or: [made, { [changedAt]: { $gte: since } }] } : made;
}

/** The prefix of an id, and its time. */
const ID_TIME_CHARS = 14;

/** Whether a younger section of the same collection comes behind all others. */
export function isReadAgain({ collection, again }: Section): boolean {
  return !again && collection in REFERRED;
}

export function nameOf({ collection, again }: Section): string {
  return again ? `${collection} (again)` : collection;
}
