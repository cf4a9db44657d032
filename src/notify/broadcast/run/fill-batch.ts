import type { MemberId } from '../../../kernel/ids.ts';
import { pageOfAudience, type Somebody } from '../audience.ts';
import { sieve, sift } from '../sift.ts';
import type { Run } from './run.ts';

/** Who is in a batch, and who was looked at for it. */
export interface Filled {
  readonly people: readonly Somebody[];
  readonly until: MemberId | null;
  readonly considered: number;
  readonly skipped: Readonly<Record<string, number>>;
}

interface Filling {
  readonly size: number;
  readonly people: Somebody[];
  seen: Omit<Filled, 'people'>;
  /** What was seen before the last of `people`. */
  seenBeforeLast: Omit<Filled, 'people'>;
}

const PAGE_MAX = 500;
/** So many are looked at for a batch before it is content with what it has. */
const CONSIDERED_MAX = 2000;

/**
 * The members behind the last batch, `size` of them at most, with their places within the limits.
 * Where a message to one alone is refused, nobody is left to be the only one of the next batch.
 */
export async function fillBatch(run: Run, size: number): Promise<Filled> {
  const seen = { until: run.frontier.until, considered: 0, skipped: {} };
  const filling: Filling = { size, people: [], seen, seenBeforeLast: seen };
  const { people } = filling;
  const { sizeMin } = run.way;
  const consideredMax = Math.max(CONSIDERED_MAX, 2 * size);
  await fillWhile(run, filling, () => {
    const isWanting = people.length > 0 && people.length < sizeMin;
    return (
      size - people.length > size / 10 && (filling.seen.considered < consideredMax || isWanting)
    );
  });
  if (run.frontier.ended || !(await wouldBeAlone(run, filling.seen.until))) {
    return { people, ...filling.seen };
  }
  if (people.length < size) await fillWhile(run, filling, () => people.length < size);
  // Their place stays taken: it is the same for the next batch.
  else if (people.length > sizeMin)
    return { people: people.slice(0, -1), ...filling.seenBeforeLast };
  return { people, ...filling.seen };
}

async function fillWhile(run: Run, filling: Filling, wantsMore: () => boolean): Promise<void> {
  const { ctx, broadcast, way } = run;
  while (!run.frontier.ended && wantsMore()) {
    const limit = Math.min(PAGE_MAX, filling.size - filling.people.length);
    const after = filling.seen.until;
    const page = await pageOfAudience(ctx, broadcast, { after, limit });
    const { out } = await sift(ctx, { broadcast, way, people: page });
    const causes = new Map(out.map(({ memberId, because }) => [memberId, because]));
    for (const somebody of page) look(filling, somebody, causes.get(somebody._id));
    if (page.length < limit) run.frontier = { ...run.frontier, ended: true };
  }
}

function look(filling: Filling, somebody: Somebody, because: string | undefined): void {
  const { people, seen } = filling;
  const { considered, skipped } = seen;
  if (because === undefined) {
    filling.seenBeforeLast = seen;
    people.push(somebody);
  }
  const more = because === undefined ? {} : { [because]: (skipped[because] ?? 0) + 1 };
  filling.seen = {
    until: somebody._id,
    considered: considered + 1,
    skipped: because === undefined ? skipped : { ...skipped, ...more },
  };
}

/** Whether fewer are behind a batch than may be sent it at all, but not nobody. */
async function wouldBeAlone(run: Run, until: MemberId | null): Promise<boolean> {
  const { ctx, broadcast, way } = run;
  if (way.sizeMin < 2) return false;
  let [found, after] = [0, until];
  while (found < way.sizeMin && run.now().getTime() - ctx.now.getTime() < run.runMs) {
    const people = await pageOfAudience(ctx, broadcast, { after, limit: PAGE_MAX });
    const { recipients } = await sieve(ctx, { broadcast, way, people });
    found += recipients.length;
    if (people.length < PAGE_MAX) return found > 0 && found < way.sizeMin;
    after = people.at(-1)?._id ?? null;
  }
  return false;
}
