import { assert } from '../../kernel/assert.ts';
import type { Migration } from '../../platform/migrations.ts';
import { type Member, SCHEMA_VERSION } from './member.model.ts';

/** What the second form has and the first one may lack. */
type New = 'schemaVersion' | 'arrival' | 'noticesChosenAt';

/** A member as the database may have it: the newest form, or the one before. */
export type StoredMember = Omit<Member, New> & Partial<Pick<Member, New>>;

/** The newest form of a member. @throws InvariantError for a form that this version does not know */
export function lifted(stored: StoredMember): Member {
  const { schemaVersion = 1 } = stored;
  const isKnown = schemaVersion === 1 || schemaVersion === SCHEMA_VERSION;
  assert(isKnown, `member ${stored._id} has a form that this version does not know`);
  return { ...stored, ...whatIsNew(stored) };
}

/** Members of the first form do not say their form, nor how they arrived, nor when they chose. */
export const membersToVersion2: Migration = {
  name: 'members-2',
  collection: 'members',
  isOld: { schemaVersion: { $exists: false } },
  lift: (old) => whatIsNew(old as unknown as StoredMember),
};

function whatIsNew({ arrival, noticesChosenAt }: Partial<Pick<Member, New>>): Pick<Member, New> {
  return {
    schemaVersion: SCHEMA_VERSION,
    // No message has this cause, so none is taken for the repeat of an arrival.
    arrival: arrival ?? { occasion: 'new', cause: 'before version 2' },
    noticesChosenAt: noticesChosenAt ?? null,
  };
}
