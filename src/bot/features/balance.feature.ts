import { addDays } from '../../kernel/business-day.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as rules from '../../loyalty/rules/index.ts';
import type { Feature } from '../feature.ts';
import { soonExpiring } from '../soon-expiring.ts';

export const balanceFeature: Feature = {
  intent: 'balance',

  async reply({ ctx, member, say }) {
    const [{ available: balance }, [soonest]] = await Promise.all([
      ledger.balanceOf(ctx, member._id),
      soonExpiring(ctx, member._id),
    ]);
    if (balance === 0) {
      const fact = { kind: 'checkin', streakDays: 1, today: ctx.today } as const;
      const { points: dailyPoints } = rules.quote(await rules.current(ctx), fact);
      return say('balance.zero', { dailyPoints });
    }
    if (!soonest) return say('balance.plain', { balance });
    const lastDay = addDays(soonest.expiresOn, -1);
    return say('balance.ok', { balance, expiringPoints: soonest.points, lastDay });
  },
};
