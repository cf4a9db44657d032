import { assert } from '../../kernel/assert.ts';
import { type Ruleset, SCHEMA_VERSION, type Validity } from './ruleset.model.ts';

/** A ruleset as the database may have it: the newest form, or the first, which knew months only. */
export type StoredRuleset = Omit<Ruleset, 'schemaVersion' | 'validity'> & {
  readonly schemaVersion?: number;
  readonly validity?: Validity;
  readonly validMonths?: number;
};

/**
 * The newest form of a ruleset. What is stored stays as it is: a version never changes.
 * @throws InvariantError for a form that this version does not know
 */
export function lifted(stored: StoredRuleset): Ruleset {
  const { schemaVersion = 1, validMonths, validity = monthsOf(validMonths), ...rest } = stored;
  const isKnown = schemaVersion === 1 || schemaVersion === SCHEMA_VERSION;
  assert(isKnown && validity, `ruleset ${stored._id} has a form that this version does not know`);
  return { ...rest, schemaVersion: SCHEMA_VERSION, validity };
}

function monthsOf(months: number | undefined): Validity | undefined {
  return months === undefined ? undefined : { kind: 'months', months };
}
