import type * as mall from '../../loyalty/mall/index.ts';
import type { Reply } from '../../wechat/index.ts';
import type { Turn } from '../turn.ts';
import { inStock, isAffordable, offerFor, search } from './offer.ts';
import { REDEEM, type RedeemState, type Shown } from './redeem-state.ts';

const ROWS = 3;

/** Shows what can be redeemed, the first three, and waits for a choice. */
export async function showList(turn: Turn): Promise<Reply> {
  const offer = await offerFor(turn.ctx, turn);
  const rewards = inStock(offer);
  if (rewards.length === 0) {
    if (turn.dialogs.current?.name === REDEEM.name) turn.dialogs.end();
    return turn.say('redeem.none');
  }
  const rows = listed(turn, rewards.slice(0, ROWS), rewards);
  const { balance } = offer;
  const more = rewards.length - ROWS;
  if (!rewards.some((reward) => isAffordable(offer, reward))) {
    return turn.say('redeem.list.far', { balance, rows });
  }
  if (more > 0) return turn.say('redeem.list', { balance, rows, more });
  return turn.say('redeem.list.all', { balance, rows });
}

/** The next three of a list that was shown in part. */
export async function showMore(turn: Turn, shown: Shown | null): Promise<Reply> {
  const offer = await offerFor(turn.ctx, turn);
  const known = shown?.rewardIds ?? [];
  const rewards = known.flatMap((id) => offer.rewards.find(({ _id }) => _id === id) ?? []);
  const from = shown?.count ?? 0;
  if (from >= rewards.length) return turn.say('more.none');
  const page = rewards.slice(from, from + ROWS);
  const rows = rowsOf(turn, page, from);
  waitForChoice(turn, { rewardIds: rewards.map(({ _id }) => _id), count: from + page.length });
  const more = rewards.length - from - page.length;
  return more > 0
    ? turn.say('redeem.more', { rows, more })
    : turn.say('redeem.more.last', { rows });
}

/** Nothing is called that, or too many are: shows what comes closest. */
export async function showUnmatched(turn: Turn, query: string): Promise<Reply> {
  const offer = await offerFor(turn.ctx, turn);
  const found = search(offer, query).filter(({ left }) => left > 0);
  if (found.length > 1) {
    const { balance } = offer;
    return turn.say('redeem.list.all', { balance, rows: listed(turn, found.slice(0, ROWS)) });
  }
  const rewards = inStock(offer);
  if (rewards.length === 0) return turn.say('redeem.none');
  const rows = listed(turn, rewards.slice(0, ROWS), rewards);
  return turn.say('redeem.unmatched', { query, rows });
}

/** The rows of some rewards, which can be chosen from now on; `all` is what 更多 goes on with. */
export function listed(
  turn: Turn,
  page: readonly mall.OfferedReward[],
  all: readonly mall.OfferedReward[] = page,
): string {
  waitForChoice(turn, { rewardIds: all.map(({ _id }) => _id), count: page.length });
  return rowsOf(turn, page, 0);
}

function waitForChoice(turn: Turn, shown: Shown): void {
  const state: RedeemState = { shown, quoted: null };
  turn.dialogs.goTo(REDEEM, { step: 'list', state });
}

function rowsOf(turn: Turn, rewards: readonly mall.OfferedReward[], from: number): string {
  return rewards
    .map(({ name, pricePoints }, index) =>
      turn.words('redeem.row', { n: from + index + 1, name, points: pricePoints }),
    )
    .join('\n');
}
