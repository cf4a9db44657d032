import { parse } from 'yaml';
import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import * as members from '../../loyalty/members/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import { type Broadcast, BroadcastModel, NO_COUNTS } from './broadcast.model.ts';
import { type BroadcastRow, BroadcastRowModel, rowIdOf } from './broadcast-row.model.ts';
import { broadcastInvalid } from './errors.ts';
import { type Plan, readPlan } from './plan.ts';
import { namedByRow } from './row-facts.ts';

const ROWS_AT_ONCE = 200;

/** Conditions of an audience beside those in the file, which they replace. */
type GivenConditions = Readonly<Record<string, string | number>>;

/**
 * Makes a draft of what an operator wrote down in YAML. Rows are looked up now: what a row names
 * must be there and belong to its member, else the row is skipped and says why.
 * @throws BROADCAST_INVALID with everything that is wrong
 */
export async function createBroadcast(
  ctx: Context,
  yaml: string,
  conditions: GivenConditions = {},
): Promise<Broadcast> {
  const read = readPlan(withConditions(parsed(yaml), conditions));
  if ('problems' in read) throw broadcastInvalid(read.problems);
  const plan = await withTask(ctx, read.plan);
  const broadcast: Broadcast = {
    _id: newId('bct', ctx.now),
    // Its list lies in rows of its own: a document holds no hundred thousand members.
    plan: withoutList(plan),
    status: 'draft',
    created: { at: ctx.now, by: ctx.actor },
    started: null,
    ended: null,
    dueAt: null,
    pause: null,
    before: '',
    total: null,
    settled: 0,
    cursor: null,
    counts: NO_COUNTS,
    watchedFrom: 1,
    pausesInARow: 0,
  };
  await keepRows(ctx, broadcast, plan);
  await BroadcastModel.create(broadcast);
  return broadcast;
}

function parsed(yaml: string): unknown {
  try {
    return parse(yaml);
  } catch (error) {
    throw broadcastInvalid([`this is no YAML: ${error instanceof Error ? error.message : ''}`]);
  }
}

function withConditions(given: unknown, conditions: GivenConditions): unknown {
  if (Object.keys(conditions).length === 0) return given;
  const file: Readonly<Record<string, unknown>> = { ...(given as object | null) };
  const audience = typeof file.audience === 'object' ? file.audience : {};
  return { ...file, audience: { ...audience, ...conditions } };
}

/** A task is kept by its id, whatever it is called later. */
async function withTask(ctx: Context, plan: Plan): Promise<Plan> {
  const { audience } = plan;
  if (!('members' in audience) || audience.taskNotDone === undefined) return plan;
  // What is done at the till is no fact of its own, so nobody could be said to have done it.
  const all = (await tasks.offeredTasks(ctx)).filter(({ kind }) => kind !== 'purchase');
  const task = all.find(({ _id, title }) =>
    [_id as string, title].includes(audience.taskNotDone ?? ''),
  );
  if (task) return { ...plan, audience: { ...audience, taskNotDone: task._id } } as Plan;
  const titles = all.map(({ title }) => `「${title}」`).join(' ');
  throw broadcastInvalid([`audience.taskNotDone: there is no such task, only ${titles}`]);
}

function withoutList(plan: Plan): Plan {
  if ('list' in plan.audience) return { ...plan, audience: { list: [] } } as Plan;
  return plan.channel === 'template' ? { ...plan, audience: { rows: [] } } : plan;
}

/** What is left behind by a crash before the draft is there belongs to nothing, and is in nobody's way. */
async function keepRows(ctx: Context, broadcast: Broadcast, { audience }: Plan): Promise<void> {
  const all = rowsOf(audience);
  const unknown: string[] = [];
  for (let from = 0; from < all.length; from += ROWS_AT_ONCE) {
    const some = all.slice(from, from + ROWS_AT_ONCE);
    const ids = await members.memberIdsOf(
      ctx,
      some.map(({ memberNo }) => memberNo),
    );
    unknown.push(...some.flatMap(({ memberNo }) => (ids.has(memberNo) ? [] : [memberNo])));
    const rows = await Promise.all(
      some.flatMap(({ memberNo, about }) => {
        const memberId = ids.get(memberNo);
        return memberId ? [rowOf(ctx, { broadcast, memberId, about })] : [];
      }),
    );
    await BroadcastRowModel.insertMany(rows, { ordered: false });
  }
  if (unknown.length === 0) return;
  await BroadcastRowModel.deleteMany({
    _id: { $gt: `${broadcast._id}.`, $lt: `${broadcast._id}/` },
  });
  throw broadcastInvalid(unknown.map((number) => `audience: nobody has the number ${number}`));
}

function rowsOf(audience: Plan['audience']): readonly { memberNo: string; about: string | null }[] {
  if ('list' in audience) {
    return audience.list.map((number) => ({ memberNo: number.toUpperCase(), about: null }));
  }
  if (!('rows' in audience)) return [];
  return audience.rows.map((row) => ({ ...row, memberNo: row.memberNo.toUpperCase() }));
}

async function rowOf(
  ctx: Context,
  row: { broadcast: Broadcast; memberId: BroadcastRow['memberId']; about: string | null },
): Promise<BroadcastRow> {
  const { memberId, about } = row;
  const named = about === null ? { facts: {}, problem: null } : await namedByRow(ctx, row, about);
  return { _id: rowIdOf(row.broadcast._id, memberId), memberId, about, ...named };
}
