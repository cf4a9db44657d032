import { oneOf, type Random } from '../../../src/cli/seed/random.ts';

/** What a follower does next: says a text, taps 确认, follows, leaves, or pays at the till. */
export type Act =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'confirm' }
  | { readonly type: 'follow' }
  | { readonly type: 'leave' }
  | { readonly type: 'buy'; readonly amountFen: number };

const say = (...texts: readonly string[]): readonly Act[] =>
  texts.map((text) => ({ type: 'say', text }));
const confirm: Act = { type: 'confirm' };

const FLOWS: readonly (readonly Act[])[] = [
  say('签到'),
  say('签到', '打卡'),
  say('余额'),
  say('明细', '到期'),
  say('任务', '1', '2', '余额', '2', '1'),
  say('任务', '1', '2', '2', '1'),
  say('任务', '登记成为会员', '确认', '确认'),
  [...say('兑换', '1'), confirm, confirm],
  say('兑换', '1', '确认', '确认'),
  [...say('兑换燕麦拿铁券'), confirm, ...say('订单', '1')],
  say('兑换', '2', '取消'),
  say('兑换', '更多', '返回', '帮助'),
  say('订单', '1'),
];

/** One follower's life: they come, do this and that in some order, buy, and sometimes leave. */
export function lifeOf(random: Random): readonly Act[] {
  const flows = Array.from({ length: 5 }, () => oneOf(random, FLOWS));
  const yuan = 300 + Math.floor(random() * 1500);
  const buy: Act = { type: 'buy', amountFen: yuan * 100 };
  const began: readonly Act[] = random() < 0.7 ? [{ type: 'follow' }] : [];
  const ended: readonly Act[] = random() < 0.1 ? [{ type: 'leave' }] : [];
  const [first = [], ...others] = flows;
  return [...began, ...first, buy, ...others.flat(), ...ended];
}
