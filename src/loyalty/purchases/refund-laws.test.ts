import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACK, BOUGHT, useTill } from '../../../tests/support/till.ts';
import * as ledger from '../ledger/index.ts';
import * as settings from '../settings/index.ts';
import { recordPurchase, recordRefund } from './index.ts';

const { request, sale, returned, refundsOf } = useTill();

const RULES = ['standard@1', 'wiki@1', 'micro-store@1', 'private-domain@1', 'category@1'];
const bag = fc.record({
  rules: fc.constantFrom(...RULES),
  milk: fc.integer({ min: 0, max: 15_000 }),
  pens: fc.integer({ min: 0, max: 15_000 }),
  hasLines: fc.boolean(),
  /** How much of the points is spent before anything comes back, in hundredths. */
  spent: fc.integer({ min: 0, max: 100 }),
});
const parts = fc.array(
  fc.record({
    amountFen: fc.integer({ min: 1, max: 12_000 }),
    of: fc.constantFrom('奶粉', '文具', null),
  }),
  { maxLength: 5 },
);

let spends = 0;

test('whatever comes back in whatever parts, exactly what was earned is taken, and never more', async () => {
  await fc.assert(
    fc.asyncProperty(bag, parts, async ({ rules, milk, pens, hasLines, spent }, wanted) => {
      await settings.change(request(BOUGHT), 'rules', { inForce: rules });
      const lines = [
        { category: '奶粉', amountFen: milk },
        { category: '文具', amountFen: pens },
      ];
      const amountFen = milk + pens;
      const input = sale({ amountFen, ...(hasLines && { lines }) });
      const { memberId } = input;
      const { pointsEarned } = await recordPurchase(request(BOUGHT), input);
      const gone = Math.floor((pointsEarned * spent) / 100);
      if (gone > 0) {
        await ledger.post(request(BOUGHT), memberId, `spend:${++spends}`, (book) => {
          book.spend({ points: gone, purpose: 'redemption' });
          return {};
        });
      }

      let left = amountFen;
      let taken = 0;
      const takeBack = async (fen: number, of: string | null) => {
        const named = hasLines && of ? { lines: [{ category: of, amountFen: fen }] } : {};
        const refund = returned(input, { amountFen: fen, ...named });
        const answer = await recordRefund(request(BACK), refund);
        expect(answer.pointsTaken).toBeGreaterThanOrEqual(0);
        left -= fen;
        taken += answer.pointsTaken;
        expect(taken).toBeLessThanOrEqual(pointsEarned);
        const debt = Math.max(0, taken + gone - pointsEarned);
        const balance = Math.max(0, pointsEarned - gone - taken);
        expect(answer).toMatchObject({ balance, debt });
      };
      for (const { amountFen: fen, of } of wanted) {
        await takeBack(fen, of).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'REFUND_EXCEEDS_SALE' });
        });
      }
      if (left > 0) await takeBack(left, null);
      expect(taken).toBe(pointsEarned);
      const stored = await refundsOf(input);
      expect(stored.reduce((sum, refund) => sum + refund.amountFen, 0)).toBe(amountFen);
    }),
    { numRuns: 15 },
  );
}, 120_000);
