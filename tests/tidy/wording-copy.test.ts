import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/wording/facts.ts';
import { readWords } from '../../src/wording/read-words.ts';

/** What no text may say while no red line is signed for, each with a text that must not get through. */
const FORBIDDEN: readonly { readonly form: RegExp; readonly planted: string }[] = [
  { form: /关注(即|就|后)?(可|能)?(送|领|得)/, planted: '关注即可领 20 分' },
  { form: /分享(到|给|即|就|后)?.{0,6}(送|领|得|积分|抽奖)/, planted: '分享给朋友得 3 分' },
  { form: /转发|朋友圈/, planted: '转发这条消息' },
  { form: /集赞|助力|砍价/, planted: '请朋友帮你助力' },
  { form: /邀请.{0,8}(得|送|奖)/, planted: '邀请一位朋友送 50 分' },
  { form: /提现|返现|现金|红包/, planted: '积分可以提现' },
  {
    form: /最(佳|高级|便宜)|(全国|全球|行业|销量)第一|国家级/,
    planted: '全国第一的咖啡',
  },
  { form: /100%中奖|必中/, planted: '今天抽奖必中' },
  { form: /[!！]{3}/, planted: '快来！！！' },
  { form: /(?:\p{Extended_Pictographic}.*){3}/su, planted: '签到成功 🎉\n余额 10 分 🌱👋' },
  { form: /https?:\/\/|www\./, planted: '规则：https://elsewhere.example/rules' },
];

const texts = LANGUAGES.flatMap((language) => [...readWords(language)]);

function problemsOf(text: string): RegExp[] {
  return FORBIDDEN.filter(({ form }) => form.test(text)).map(({ form }) => form);
}

describe('the copy lint', () => {
  test('finds nothing in the catalogue', () => {
    expect(texts.length).toBeGreaterThan(300);
    for (const [key, text] of texts) expect(problemsOf(text), key).toEqual([]);
  });

  test.each(FORBIDDEN)('rejects “$planted”', ({ form, planted }) => {
    expect(problemsOf(planted)).toContain(form);
  });

  test('points are never put beside money, but for what a purchase earns', () => {
    for (const [key, text] of readWords('zh-CN')) {
      if (/purchase$|^h5\.rules\.earn\./.test(key)) continue;
      expect(text, key).not.toMatch(/元|充值|价值/);
    }
  });

  test('a follower is 你, and never 您, 亲 or 粉丝', () => {
    for (const [key, text] of readWords('zh-CN')) {
      expect(text, key).not.toMatch(/您|亲[，！]|宝宝|小主|核销|系统繁忙/);
      if (!key.startsWith('simulator.')) expect(text, key).not.toContain('粉丝');
    }
  });

  test('an emoji stands alone, at the end of a line, and never in an error', () => {
    for (const [key, text] of texts) {
      const emoji = text.match(/\p{Extended_Pictographic}/gu) ?? [];
      expect(emoji.length, key).toBeLessThanOrEqual(1);
      if (key.startsWith('err.')) expect(emoji, key).toEqual([]);
    }
  });
});
