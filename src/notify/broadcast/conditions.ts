import { addDays, startOfDay } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import type { Somebody } from './audience.ts';
import type { Plan } from './plan.ts';

/** What a member does: a check-in, a task, a redemption, a sale that is reported of them. */
const ACTIVITY = ['checkin', 'task', 'order', 'purchase'];

/** What a broadcast wants of a member's doings, in the order in which it is looked at. */
export const CONDITIONS = ['active', 'balance', 'task-done'] as const;

type Unmet = ReadonlyMap<MemberId, (typeof CONDITIONS)[number]>;
type Conditions = Extract<Plan['audience'], { members: 'all' }>;
type Asked = (ctx: Context, people: readonly Somebody[]) => Promise<ReadonlySet<MemberId>>;

/**
 * Who of a batch does not meet the conditions of an audience, and the first that each does not meet.
 * What is asked, is asked for all of them at once; a plan without conditions asks nothing.
 */
export async function unmetConditions(
  ctx: Context,
  { audience }: Plan,
  people: readonly Somebody[],
): Promise<Unmet> {
  const unmet = new Map<MemberId, (typeof CONDITIONS)[number]>();
  if (!('members' in audience)) return unmet;
  const asking = { active: activeSince, balance: outsideBalance, 'task-done': haveDone };
  for (const condition of CONDITIONS) {
    const asked = asking[condition](audience);
    const left = people.filter(({ _id }) => !unmet.has(_id));
    if (!asked || left.length === 0) continue;
    for (const memberId of await asked(ctx, left)) unmet.set(memberId, condition);
  }
  return unmet;
}

/** Who did something since so many days ago, or began to follow since then. */
function activeSince({ inactiveDays }: Conditions): Asked | null {
  if (inactiveDays === undefined) return null;
  return async (ctx, people) => {
    const since = startOfDay(addDays(ctx.today, -inactiveDays));
    const came = people.filter(({ followedAt }) => followedAt >= since).map(({ _id }) => _id);
    const did = await ledger.havePostedSince(ctx, idsOf(people), { since, reasons: ACTIVITY });
    return new Set([...came, ...idsOf(people).filter((memberId) => did.has(memberId))]);
  };
}

function outsideBalance({ balanceAtLeast, balanceAtMost }: Conditions): Asked | null {
  if (balanceAtLeast === undefined && balanceAtMost === undefined) return null;
  const [least, most] = [balanceAtLeast ?? 0, balanceAtMost ?? Number.POSITIVE_INFINITY];
  return async (ctx, people) => {
    const available = await ledger.availableOf(ctx, idsOf(people));
    const isOutside = (points: number) => points < least || points > most;
    return new Set(idsOf(people).filter((memberId) => isOutside(available.get(memberId) ?? 0)));
  };
}

/** Nobody has not done a task that is gone: it is news for nobody. */
function haveDone({ taskNotDone }: Conditions): Asked | null {
  if (taskNotDone === undefined) return null;
  return async (ctx, people) => {
    const task = (await tasks.offeredTasks(ctx)).find(({ _id }) => _id === taskNotDone);
    return task ? tasks.doneAmong(ctx, task, idsOf(people)) : new Set(idsOf(people));
  };
}

function idsOf(people: readonly Somebody[]): MemberId[] {
  return people.map(({ _id }) => _id);
}
