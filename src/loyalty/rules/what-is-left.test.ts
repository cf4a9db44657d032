import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote, type Returned, whatIsLeft } from './index.ts';
import { NAMED_RULESETS } from './named-rulesets.ts';

const today = '2026-01-31';
const [standard] = NAMED_RULESETS;
const category = NAMED_RULESETS.find(({ _id }) => _id === 'category@1') ?? standard;
if (!category) throw new Error('there are named rulesets');
const milk = { category: '奶粉', amountFen: 300 };
const pens = { category: '文具', amountFen: 200 };
const sale = { kind: 'purchase', amountFen: 500, lines: [milk, pens], today } as const;

test('what came back without lines counts for the categories that earn least', () => {
  expect(whatIsLeft(category, sale, [{ amountFen: 250 }])).toMatchObject({
    amountFen: 250,
    lines: [
      { ...pens, amountFen: 0 },
      { ...milk, amountFen: 250 },
    ],
  });
  const returned = [{ amountFen: 200 }, { amountFen: 200, lines: [pens] }];
  expect(whatIsLeft(category, sale, returned).lines).toContainEqual({ ...milk, amountFen: 100 });
});

test('lines of one category are one, and a sale without lines has none left', () => {
  const twice = { ...sale, lines: [milk, pens, milk], amountFen: 800 };
  const returned = [{ amountFen: 400, lines: [{ ...milk, amountFen: 400 }] }];
  expect(whatIsLeft(category, twice, returned).lines).toEqual([pens, { ...milk, amountFen: 200 }]);
  const plain = { kind: 'purchase', amountFen: 500, today } as const;
  expect(whatIsLeft(category, plain, [{ amountFen: 1 }])).toEqual({ ...plain, amountFen: 499 });
});

test('by any rules the rest earns less and less, and nothing at the end', () => {
  const fen = fc.integer({ min: 0, max: 2 ** 40 });
  const cut = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean());
  const ruleset = fc.constantFrom(...NAMED_RULESETS);
  fc.assert(
    fc.property(ruleset, fen, fen, fc.array(cut, { maxLength: 8 }), (rules, a, b, cuts) => {
      const lines = [
        { ...milk, amountFen: a },
        { ...pens, amountFen: b },
      ];
      const sold = { ...sale, amountFen: a + b, lines };
      const returned: Returned[] = [];
      let [last, left, milkLeft] = [quote(rules, sold).points, a + b, a];
      for (const [share, isMilk] of [...cuts, [1, false] as const]) {
        const amountFen = Math.floor(share * (isMilk ? Math.min(milkLeft, left) : left));
        if (isMilk) milkLeft -= amountFen;
        left -= amountFen;
        returned.push(isMilk ? { amountFen, lines: [{ ...milk, amountFen }] } : { amountFen });
        const rest = whatIsLeft(rules, sold, returned);
        expect(rest.amountFen).toBe(left);
        expect(rest.lines?.every((line) => line.amountFen >= 0)).toBe(true);
        expect(rest.lines?.reduce((sum, line) => sum + line.amountFen, 0)).toBe(left);
        const { points } = quote(rules, rest);
        expect(points).toBeLessThanOrEqual(last);
        last = points;
      }
      expect(last).toBe(0);
    }),
  );
});
