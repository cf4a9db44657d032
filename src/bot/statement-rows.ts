import { businessDayOf } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import type * as ledger from '../loyalty/ledger/index.ts';
import * as tasks from '../loyalty/tasks/index.ts';
import type { Turn } from './turn.ts';

type Speaking = Pick<Turn, 'ctx' | 'words'>;

interface Wanted {
  /** Newest first. */
  readonly entries: readonly ledger.Entry[];
  readonly max: number;
  /** `taken`: only what made the balance smaller. */
  readonly only: 'all' | 'taken';
}

/** The newest changes of what can be spent, a row for each move that changed it. */
export async function statementRows(
  turn: Speaking,
  { entries, max, only }: Wanted,
): Promise<readonly string[]> {
  const changes = entries.flatMap((entry) =>
    entry.moves
      .map((move) => ({ entry, move, points: move.postings.spendable ?? 0 }))
      .filter(({ points }) => (only === 'taken' ? points < 0 : points !== 0)),
  );
  return Promise.all(
    changes.slice(0, max).map(async ({ entry, move, points }) => {
      const day = businessDayOf(entry.postedAt);
      const label = await labelOf(turn, entry, move);
      return turn.words('statement.row', { day, label, points });
    }),
  );
}

/** What a member reads as the reason: first by the kind of move, then by the fact. */
async function labelOf(turn: Speaking, entry: ledger.Entry, move: ledger.Move): Promise<string> {
  const { words } = turn;
  switch (move.type) {
    case 'expire':
      return words('statement.reason.expiry');
    case 'return':
    case 'refund':
    case 'release':
      return words('statement.reason.refund');
    case 'clawback':
      return words('statement.reason.clawback');
    case 'forfeit':
      return words('statement.reason.forfeit');
    case 'adjust':
      return words('statement.reason.adjustment');
    default:
      return reasonOf(turn, entry, move);
  }
}

async function reasonOf(turn: Speaking, entry: ledger.Entry, move: ledger.Move): Promise<string> {
  const { ctx, words } = turn;
  switch (entry.reason) {
    case 'checkin':
      return isMilestone(move)
        ? words('statement.reason.milestone', { days: Number(entry.outcome.streakDays) })
        : words('statement.reason.checkin');
    case 'purchase':
      return words('statement.reason.purchase');
    case 'task': {
      const title = await titleOf(ctx, entry.key.split(':')[1] ?? '');
      return title === null
        ? words('statement.reason.other')
        : words('statement.reason.task', { title });
    }
    case 'order': {
      const name = entry.deliveries?.[0]?.payload.rewardName;
      return typeof name === 'string'
        ? words('statement.reason.order', { name })
        : words('statement.reason.other');
    }
    case 'opening':
      return words('statement.reason.opening');
    default:
      return words('statement.reason.other');
  }
}

function isMilestone({ sources = [] }: ledger.Move): boolean {
  return sources.some(({ source }) => source === 'checkin.milestone');
}

/** Null for a task that is no longer there. */
async function titleOf(ctx: Context, taskId: string): Promise<string | null> {
  if (!isId('tsk', taskId)) return null;
  try {
    return (await tasks.getTask(ctx, taskId)).title;
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'not-found') return null;
    throw error;
  }
}
