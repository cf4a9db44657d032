import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { mayBePushed, takePushes } from '../push-caps.ts';
import type { Somebody } from './audience.ts';
import type { Broadcast } from './broadcast.model.ts';
import { CONDITIONS, unmetConditions } from './conditions.ts';
import type { Way } from './ways/way.ts';

/** Why somebody is left out, in the order in which it is looked at; problems of rows come last. */
export const CAUSES = ['not-following', 'opted-out', ...CONDITIONS, 'cap', 'no-consent'] as const;

/** Who of some people is sent it, and why the others are not. */
export interface Sifted {
  readonly recipients: readonly Somebody[];
  readonly out: readonly { readonly memberId: MemberId; readonly because: string }[];
}

export interface Sifting {
  readonly broadcast: Broadcast;
  readonly way: Way;
  readonly people: readonly Somebody[];
  /** Some of it may have been sent: who met the conditions then is not asked again. */
  readonly isAgain?: boolean;
}

/** Takes the places within the limits as well. For one broadcast the answer to the same member stays. */
export async function sift(ctx: Context, sifting: Sifting): Promise<Sifted> {
  const { broadcast } = sifting;
  return sifted(ctx, sifting, (ids) => takePushes(ctx, ids, broadcast._id));
}

/** The same for looking ahead: nothing is taken. */
export async function sieve(ctx: Context, sifting: Sifting): Promise<Sifted> {
  return sifted(ctx, sifting, (ids) => mayBePushed(ctx, ids));
}

type Caps = (memberIds: readonly MemberId[]) => Promise<ReadonlySet<MemberId>>;

async function sifted(ctx: Context, sifting: Sifting, caps: Caps): Promise<Sifted> {
  const { people, way, broadcast, isAgain = false } = sifting;
  const asked = people.filter((somebody) => plainCause(somebody) === null);
  const unmet = isAgain ? new Map() : await unmetConditions(ctx, broadcast.plan, asked);
  const willing = asked.filter(({ _id }) => !unmet.has(_id));
  const reached = way.reaches ? await way.reaches(ctx, willing) : null;
  const isAble = ({ _id, row }: Somebody) => !row?.problem && (reached?.has(_id) ?? true);
  const able = willing.filter(isAble);
  // Whoever cannot be reached takes no place, but is told apart by whether there was one.
  const others = willing.filter((somebody) => !isAble(somebody));
  const [free, couldBe] = way.isPush
    ? await Promise.all([
        caps(idsOf(able)),
        others.length > 0 ? mayBePushed(ctx, idsOf(others)) : null,
      ])
    : [null, null];
  const recipients = able.filter(({ _id }) => free?.has(_id) ?? true);
  const chosen = new Set(recipients);
  const out = people.flatMap((somebody) => {
    if (chosen.has(somebody)) return [];
    const { _id: memberId } = somebody;
    const isCapped = isAble(somebody) || couldBe?.has(memberId) === false;
    const late = isCapped ? 'cap' : lastCause(somebody);
    const because = plainCause(somebody) ?? unmet.get(memberId) ?? late;
    return [{ memberId, because }];
  });
  return { recipients, out };
}

function idsOf(people: readonly Somebody[]): MemberId[] {
  return people.map(({ _id }) => _id);
}

function plainCause({ status, openId, notices }: Somebody): string | null {
  if (status !== 'following' || openId === null) return 'not-following';
  return notices === 'off' ? 'opted-out' : null;
}

function lastCause({ row }: Somebody): string {
  return row?.problem ?? 'no-consent';
}
