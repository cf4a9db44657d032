import { NEVER } from '../../../src/kernel/business-day.ts';
import { DomainError, InvariantError } from '../../../src/kernel/errors.ts';
import type { Scene } from './scene.ts';

const RECENT = 12;

/** A very late repeat: the same entry and outcome, or an error; never a second effect. */
export async function repeatLate({ chance, notes, fleet }: Scene): Promise<void> {
  // Often one that was forgotten a moment ago: its entry may be on its way still.
  const note = chance.of(chance.is(0.6) ? notes.all.slice(-RECENT) : notes.all);
  if (!note) return;
  const { accountId, key } = note;
  try {
    const posted = await fleet.run(fleet.any(), ({ ledger }, ctx) =>
      ledger.post(ctx, {
        accountId,
        key,
        decide: (book) => {
          book.earn({ points: 1, expiresOn: NEVER });
          return { outcome: 'twice' };
        },
      }),
    );
    notes.take(accountId, key, posted);
    if (!posted.repeated) throw new InvariantError(`L2: ${key} of ${accountId} happened twice`);
  } catch (error) {
    // A refusal that is thrown wrote nothing; it may come from a state that is a moment old.
    if (!(error instanceof DomainError)) throw error;
  }
}
