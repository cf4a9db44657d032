/**
 * Words that make a template message marketing: such are blocked, and the account loses the right to
 * add templates (reference 5.3, 7.1). Short on purpose: it stops mistakes, not a will to deceive.
 */
const WORDS = [
  '优惠',
  '折扣',
  '打折',
  '特价',
  '促销',
  '大促',
  '秒杀',
  '抢购',
  '抢先',
  '限时',
  '满减',
  '立减',
  '红包',
  '福利',
  '清仓',
  '爆款',
  '新品',
  '返现',
  '免费领',
  '买一送一',
  '抽奖',
  '中奖',
];

/** The first marketing word of a text, null for a text without one. */
export function marketingWordIn(text: string): string | null {
  const compact = text.replaceAll(/[\s\p{P}\p{S}]/gu, '');
  return WORDS.find((word) => compact.includes(word)) ?? null;
}
