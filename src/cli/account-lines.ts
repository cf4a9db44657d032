import type * as ledger from '../loyalty/ledger/index.ts';
import type * as risk from '../loyalty/risk/index.ts';

/** What `account:show` tells. */
export interface AccountShown extends risk.AccountStory {
  readonly accountId: ledger.AccountId;
  readonly balance: ledger.Balance;
  /** What people decided about it, newest first. */
  readonly sanctions: readonly risk.Sanction[];
}

/** One account as a person reads it. */
export function accountLines(shown: AccountShown): string[] {
  const { accountId, status, entries, openDeliveries, sanctions } = shown;
  return [
    `${accountId} ${status}, ${entries} entries`,
    balanceLine(shown.balance),
    ...whyLines(shown),
    ...openDeliveries.map(
      ({ deliveryId, type, to, sentAt }) =>
        `open delivery ${deliveryId}: ${type} to ${to} since ${sentAt.toISOString()}`,
    ),
    ...sanctions.map((sanction) => `· ${sanctionLine(sanction)}`),
  ];
}

export function balanceLine({ available, held, pending, debt }: ledger.Balance): string {
  return `available ${available}, held ${held}, pending ${pending}, debt ${debt}`;
}

/** Who decided what, when and why. */
export function sanctionLine(sanction: risk.Sanction): string {
  const { _id, verb, points, by, reason, decidedAt, status, refusal } = sanction;
  const moved = points === null ? '' : ` ${points} points`;
  const not = status === 'done' ? '' : ` (${refusal ?? 'not booked yet'})`;
  return `${decidedAt.toISOString()} ${verb}${moved}${not} by ${by}: ${reason} (${_id})`;
}

function whyLines({ status, changedBy, sanction, laws }: AccountShown): string[] {
  if (status === 'active' || !changedBy) return [];
  const since = `${status} since ${changedBy.postedAt.toISOString()}`;
  if (sanction) return [`${since} by ${sanction.by}: ${sanction.reason}`];
  const [reason, day] = changedBy.key.split(':');
  if (reason === 'audit') return [`${since} by the audit of ${day}: law ${laws ?? 'not told'}`];
  return [`${since} by the entry ${changedBy._id}, ${changedBy.key}`];
}
